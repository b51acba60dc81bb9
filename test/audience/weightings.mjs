// What a model learns from a log of clicks, beside what its base learns from the grades that the clicks were made of:
//
//   node test/audience/weightings.mjs GRADES CLICKS …      such as: hd hd-clicks-1 hd-clicks-2 hd-clicks-3
//
// CLICKS are folders that clicks-of-grades.mjs wrote, each with a seed of its own. They are learned from as counts and as rates (clicks
// beside impressions), by every weighting and by the one that `attune train` chooses. Every model is judged by the grades of GRADES on
// queries that nothing was chosen on. A query's figure is its mean over the logs; the interval is of the queries.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { readDataset } from '@attune/data';
import { bootstrapInterval } from '@attune/evaluate';
import { Catalogue, judgedSets, tuneModel } from '@attune/tune';
import { ndcgOf } from './judged-bundle.mjs';

const [grades, ...logs] = process.argv.slice(2);
if (grades === undefined || logs.length === 0)
  throw new Error('Name a judged dataset, and folders of clicks');

const judged = await readDataset(grades);
const { main } = judgedSets(judged);
const catalogue = new Catalogue(judged.documents);
const folder = await mkdtemp(join(tmpdir(), 'attune-weightings-'));

/** A model tuned on a dataset, and how it answers. */
async function tuned(dataset, options, name) {
  const out = join(folder, name);
  const { weighting, pairs } = await tuneModel({ dataset, tier: 'static', out, ...options });
  const values = await ndcgOf(out, catalogue, main);
  await rm(out, { recursive: true });
  return { weighting, pairs, values: values.filter((value) => !Number.isNaN(value)) };
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const print = (cells) => process.stdout.write(`| ${cells.join(' | ')} |\n`);

try {
  const fromGrades = await tuned(judged, {}, 'grades');
  print(['learned from', 'weights', 'pairs', 'NDCG@10', 'less grades', '95 % interval', 'each log']);
  print(Array.from({ length: 7 }, () => '---'));
  print(['grades', fromGrades.weighting, fromGrades.pairs, mean(fromGrades.values).toFixed(4), '', '', '']);
  for (const weights of ['counts', 'rates']) {
    const datasets = [];
    for (const log of logs) datasets.push(await readDataset(log, { weights }));
    for (const weighting of ['linear', 'log', 'reciprocal', undefined]) {
      const runs = [];
      for (const [i, dataset] of datasets.entries())
        runs.push(await tuned(dataset, { weighting }, `${weights}-${weighting}-${basename(logs[i])}`));
      const values = fromGrades.values.map((_, query) => mean(runs.map((run) => run.values[query])));
      const differences = values.map((value, query) => value - fromGrades.values[query]);
      const { low, high } = bootstrapInterval(differences);
      print([
        weights,
        weighting ?? `chosen: ${runs.map((run) => run.weighting).join(', ')}`,
        runs.map(({ pairs }) => pairs).join(', '),
        mean(values).toFixed(4),
        mean(differences).toFixed(4),
        `${low.toFixed(4)} to ${high.toFixed(4)}`,
        runs.map((run) => (mean(run.values) - mean(fromGrades.values)).toFixed(4)).join(', '),
      ]);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
