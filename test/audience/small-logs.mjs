// Whether a small log helps, and never harms: a model tuned on random parts of a judged dataset's pairs, each told on queries that nothing was
// chosen on.
//
//   node test/audience/small-logs.mjs DATASET MODEL LINES [--tier transformer] [--pairs 1000] [--logs 20]
//
// LINES is a file of JSON lines, one for each log, with NDCG@10 of the base and of what was kept; a log that is in it is not tuned again, so it
// continues where it was stopped. Tuned is among the documents that are judged on the choosing queries, those of the pairs and 3,000 others; the
// figures are of the whole catalogue. At the end it tells in how many logs the figure rose, and the worst that was kept.
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readDataset } from '@attune/data';
import { meanOfDefined, RandomWords } from '@attune/evaluate';
import { chooseRecipe } from '@attune/train';
import { Catalogue, judgedSets, tuneModel } from '@attune/tune';
import { ndcgOf } from './judged-bundle.mjs';

const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: {
    tier: { type: 'string', default: 'transformer' },
    pairs: { type: 'string', default: '1000' },
    logs: { type: 'string', default: '20' },
  },
});
const [source, model, lines] = positionals;
if (lines === undefined) throw new Error('Name a judged dataset, a model, and a file for the lines');
const [pairs, logs] = [Number(options.pairs), Number(options.logs)];
const otherDocuments = 3000;

const dataset = await readDataset(resolve(source));
const { main, choosing } = judgedSets(dataset);
const catalogue = new Catalogue(dataset.documents, dataset);
const folder = await mkdtemp(join(tmpdir(), 'attune-small-logs-'));

// In which it is trained: a transformer has a catalogue to encode for each log.
const { precision } = chooseRecipe({ tier: options.tier, pairs, queries: pairs, documents: pairs }).recipe;
const meanNdcgOf = async (bundle) => meanOfDefined(await ndcgOf(bundle, catalogue, main, precision)).mean;

/** @returns so many of the items, in their order */
function drawn(items, count, seed) {
  const random = new RandomWords(seed);
  const keyed = items.map((item) => ({ item, key: random.next() }));
  const last = keyed.map(({ key }) => key).sort((a, b) => a - b)[Math.min(count, items.length) - 1];
  return keyed.filter(({ key }) => key <= last).map(({ item }) => item);
}

/** The dataset with a part of its pairs, and of its documents those that tuning looks at. */
function smallLog(seed) {
  const highest = dataset.interactions.reduce((top, { weight }) => Math.max(top, weight), 0);
  const teaching = dataset.interactions.filter(({ weight }) => weight >= highest / 2);
  const interactions = drawn(teaching, pairs, seed);
  const wanted = new Set(interactions.map(({ documentId }) => documentId));
  for (const grades of choosing.judgments.values()) for (const id of grades.keys()) wanted.add(id);
  for (const { id } of drawn(dataset.documents, otherDocuments, 0)) wanted.add(id);
  const documents = dataset.documents.filter(({ id }) => wanted.has(id));
  return { ...dataset, interactions, documents };
}

const done = (await readFile(lines, 'utf8').catch(() => ''))
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
try {
  const base = done[0]?.base ?? (await meanNdcgOf(model));
  for (let log = 1; log <= logs; ++log) {
    if (done.some((line) => line.log === log)) continue;
    const out = join(folder, `${log}`);
    const result = await tuneModel({
      dataset: smallLog(log),
      tier: options.tier,
      base: model,
      out,
      seed: log,
    });
    const share = result.choices.find(({ what }) => what.startsWith('share'))?.chosen;
    const isBase = share === undefined ? result.training.bestEpoch === 0 : share === '0';
    const line = {
      log,
      pairs: result.pairs,
      queries: result.queries,
      base,
      tuned: isBase ? base : await meanNdcgOf(out),
      epoch: result.training.bestEpoch,
      ...(share !== undefined && { share: Number(share) }),
      choosing: result.training.scores,
      seconds: Math.round(result.seconds),
    };
    await rm(out, { recursive: true });
    await appendFile(lines, `${JSON.stringify(line)}\n`);
    process.stdout.write(`${JSON.stringify(line)}\n`);
    done.push(line);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
const rises = done.map(({ base, tuned }) => tuned - base);
const risen = rises.filter((rise) => rise > 0).length;
process.stdout.write(
  `${risen} of ${rises.length} logs raised NDCG@10; the mean is ${(rises.reduce((sum, rise) => sum + rise, 0) / rises.length).toFixed(4)}, ` +
    `the worst that was kept ${Math.min(...rises).toFixed(4)}.\n`,
);
