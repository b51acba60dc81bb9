// Whether a model that begins with nothing (`--model none`) finds more than the best BM25, and more than one that begins with a shipped base:
//
//   node test/audience/base-from-catalogue.mjs [--base BUNDLE …] LOG …      such as: ja.jsonl ko.jsonl th.jsonl (emoji-log.mjs)
//
// A log is split by Attune itself; a dataset folder is taken too. Of each the best BM25 is found on the choosing queries, and the tuned model is
// fused with it as a training chooses fusion. Figures come from queries that nothing was chosen on: NDCG@10, and how far it is from that of BM25
// with a 95 % interval and p. The last row is over the queries of all logs together.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { readDataset } from '@attune/data';
import { Encoder } from '@attune/encode';
import { bootstrapInterval, randomisationTest } from '@attune/evaluate';
import { stemForLanguage } from '@attune/indexes';
import { askedOf, Catalogue, embedCatalogue, judgedSets, rankingsOf, tuneModel } from '@attune/tune';
import { bestBm25 } from '../../packages/tune/dist/choices/best-bm25.js';
import { chooseFusion } from '../../packages/tune/dist/choices/choose-fusion.js';
import { measureOf } from '../../packages/tune/dist/judged.js';
import { searchByVectors, searchByWeights, searchByWords } from '../../packages/tune/dist/searcher.js';

const { values: options, positionals: logs } = parseArgs({
  options: { base: { type: 'string', multiple: true, default: [] } },
  allowPositionals: true,
});
if (logs.length === 0) throw new Error('Name a log, or several.');

/** How a model tuned from a base answers the main set, alone and fused with words: a value of each query, NaN where it has none. */
async function tuned(dataset, { catalogue, sets, words, base, out }) {
  const { notes, training, seconds } = await tuneModel({ dataset, tier: 'static', base, out });
  const encoder = await Encoder.load(out);
  const { index, embedded } = await embedCatalogue(encoder, catalogue);
  const view = catalogue.view({ vectors: index, embedded, words });
  const encode = (set) => encoder.encodeQueries(set.queries.map(({ text }) => text));
  const { weight } = await chooseFusion(view, sets.choosing, catalogue, {
    vectors: await encode(sets.choosing),
  });
  const { asked, limit } = askedOf(sets.main);
  const vectors = await encode(sets.main);
  const valuesOf = (answers) => measureOf(sets.main).values(rankingsOf(answers, sets.main, catalogue));
  const alone = valuesOf(await searchByVectors(view, asked, { limit, vectors }));
  const [answers] = await searchByWeights(view, asked, [weight], { limit, vectors });
  const { scores, bestEpoch } = training;
  const how = `${scores[0].toFixed(3)} before, ${scores[bestEpoch].toFixed(3)} after ${bestEpoch} epochs on the choosing queries; fusion weight ${weight}; ${seconds.toFixed(0)} s`;
  process.stderr.write(`  ${base}: ${notes.join(' ')} ${how}\n`);
  await rm(out, { recursive: true });
  return { alone, fused: valuesOf(answers) };
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const differences = (values, others) =>
  Float64Array.from(values, (value, i) => value - others[i]).filter((value) => !Number.isNaN(value));
const known = (values) => values.filter((value) => !Number.isNaN(value));
const print = (cells) => process.stdout.write(`| ${cells.join(' | ')} |\n`);
const compared = (some) => {
  const { low, high } = bootstrapInterval(some);
  return [
    mean(some).toFixed(4),
    `${low.toFixed(4)} to ${high.toFixed(4)}`,
    randomisationTest(some).toFixed(4),
  ];
};

const folder = await mkdtemp(join(tmpdir(), 'attune-bases-'));
const bases = ['none', ...options.base];
const pooled = new Map(bases.map((base) => [base, []]));
const pooledBeside = new Map(options.base.map((base) => [base, []]));
try {
  print([
    'log',
    'queries',
    'base',
    'BM25',
    'tuned',
    'fused',
    'fused − BM25',
    '95 % interval',
    'p',
    'none − this',
    '95 % interval',
    'p',
  ]);
  print(Array.from({ length: 12 }, () => '---'));
  for (const log of logs) {
    const dataset = await readDataset(log, { stemFor: stemForLanguage });
    const catalogue = new Catalogue(dataset.documents);
    const sets = judgedSets(dataset);
    const { index: words, choice } = await bestBm25(catalogue, sets.choosing);
    process.stderr.write(`${log}: BM25 ${choice.chosen}\n`);
    const { asked, limit } = askedOf(sets.main);
    const answers = await searchByWords(catalogue.view({ words }), asked, { limit });
    const bm25 = measureOf(sets.main).values(rankingsOf(answers, sets.main, catalogue));
    let fromNone;
    for (const base of bases) {
      const values = await tuned(dataset, { catalogue, sets, words, base, out: join(folder, 'tuned') });
      await rm(join(folder, 'tuned-base'), { recursive: true, force: true });
      fromNone ??= values;
      const gains = differences(values.fused, bm25);
      pooled.get(base).push(...gains);
      const beside = differences(fromNone.fused, values.fused);
      pooledBeside.get(base)?.push(...beside);
      print([
        basename(log, extname(log)),
        known(bm25).length,
        basename(base),
        ...[bm25, values.alone, values.fused].map((some) => mean(known(some)).toFixed(4)),
        ...compared(gains),
        ...(base === 'none' ? ['', '', ''] : compared(beside)),
      ]);
    }
  }
  for (const [base, gains] of pooled)
    print([
      'all',
      gains.length,
      base,
      '',
      '',
      '',
      ...compared(Float64Array.from(gains)),
      ...(base === 'none' ? ['', '', ''] : compared(Float64Array.from(pooledBeside.get(base)))),
    ]);
} finally {
  await rm(folder, { recursive: true, force: true });
}
