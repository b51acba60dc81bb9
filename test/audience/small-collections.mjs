// Whether tuning a whole transformer harms small collections: Chorus, CrowdFlower, Cranfield and CISI, each tuned on a part of its judged queries and
// judged on others, and all of those pooled.
//
//   node test/audience/small-collections.mjs DATA MODEL LINES
//
// DATA holds products/chorus, products/crowdflower, text/cranfield and text/cisi. LINES is a file of JSON lines, one for each collection, with what each query
// gained; one that is in it is not tuned again, so it continues where it was stopped. At the end it prints a line for all of them.
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readDataset } from '@attune/data';
import { bootstrapInterval, meanOfDefined } from '@attune/evaluate';
import { Catalogue, judgedSets, tuneModel } from '@attune/tune';
import { qrelsByPart, writeBeirFolder } from './beir-folder.mjs';
import { writeBeirOfCranfield } from './beir-of-cranfield.mjs';
import { ndcgOf } from './judged-bundle.mjs';

const [data, model, lines] = process.argv.slice(2).map((path) => resolve(path));
if (lines === undefined)
  throw new Error('Name the folder of the data, a transformer, and a file for the lines');

const folder = await mkdtemp(join(tmpdir(), 'attune-small-collections-'));

/** Its queries are judged and taught by nothing else, so a part of the judgments is learned from. */
async function chorus() {
  const { documents, queries, slices } = await readDataset(join(data, 'products/chorus'));
  const corpus = documents.map(({ id, fields }) => ({
    _id: id,
    title: fields.title ?? '',
    text: fields.description ?? '',
  }));
  const asked = queries.map(({ id, text }) => ({ _id: id, text }));
  const { judgments } = slices.find(({ name }) => name === 'dev');
  const rows = [...judgments].flatMap(([query, grades]) =>
    [...grades].map(([document, grade]) => [query, document, grade]),
  );
  const qrels = qrelsByPart(asked, rows);
  return writeBeirFolder(join(folder, 'chorus'), { corpus, queries: asked, qrels });
}

/** Records begin with .I and their number; .T is the title, .W the text. */
async function cisi() {
  const read = (name) => readFile(join(data, 'text/cisi', name), 'latin1');
  const records = (text) =>
    text
      .split(/^\.I +/m)
      .slice(1)
      .map((record) => {
        const field = (name) =>
          new RegExp(`^\\.${name} *\\r?\\n([\\s\\S]*?)(?=^\\.[A-Z] *\\r?$|$(?![\\s\\S]))`, 'm').exec(
            record,
          )?.[1] ?? '';
        const flat = (text) => text.replace(/\s+/g, ' ').trim();
        return { _id: /^\d+/.exec(record)[0], title: flat(field('T')), text: flat(field('W')) };
      });
  const corpus = records(await read('CISI.ALL'));
  const queries = records(await read('CISI.QRY'));
  const judgments = (await read('CISI.REL'))
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, document]) => document !== undefined)
    .map(([query, document]) => [query, document, 1]);
  const judged = new Set(judgments.map(([query]) => query));
  const asked = queries.filter(({ _id }) => judged.has(_id)).map(({ _id, text }) => ({ _id, text }));
  const qrels = qrelsByPart(asked, judgments);
  return writeBeirFolder(join(folder, 'cisi'), { corpus, queries: asked, qrels });
}

const collections = {
  chorus,
  crowdflower: () => join(data, 'products/crowdflower'),
  cranfield: () => writeBeirOfCranfield(join(data, 'text/cranfield'), join(folder, 'cranfield')),
  cisi,
};

const rounded = (value) => Number(value.toFixed(4));
const done = (await readFile(lines, 'utf8').catch(() => ''))
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
try {
  for (const [name, made] of Object.entries(collections)) {
    if (done.some((line) => line.name === name)) continue;
    const dataset = await readDataset(await made());
    const { main } = judgedSets(dataset);
    const catalogue = new Catalogue(dataset.documents, dataset);
    const out = join(folder, `${name}.tuned`);
    const result = await tuneModel({
      dataset,
      tier: 'transformer',
      base: model,
      out,
    });
    const share = result.choices.find(({ what }) => what.startsWith('share'))?.chosen;
    const base = await ndcgOf(model, catalogue, main);
    const tuned = await ndcgOf(out, catalogue, main);
    const rises = tuned.map((value, query) => value - base[query]).filter((rise) => !Number.isNaN(rise));
    const line = {
      name,
      documents: catalogue.ids.length,
      pairs: result.pairs,
      queries: rises.length,
      base: rounded(meanOfDefined(base).mean),
      tuned: rounded(meanOfDefined(tuned).mean),
      epoch: result.training.bestEpoch,
      share: share && Number(share),
      seconds: Math.round(result.seconds),
      rises: Array.from(rises, rounded),
    };
    await appendFile(lines, `${JSON.stringify(line)}\n`);
    process.stderr.write(`${JSON.stringify(line)}\n`);
    done.push(line);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
const values = Float64Array.from(done.flatMap(({ rises }) => rises));
const { low, high } = bootstrapInterval(values);
const pooled = {
  queries: values.length,
  rise: rounded(meanOfDefined(values).mean),
  low: rounded(low),
  high: rounded(high),
};
process.stdout.write(`${JSON.stringify(pooled)}\n`);
