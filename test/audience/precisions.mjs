// What bfloat16 and 8-bit codes cost: NDCG@10 of a transformer on a judged dataset, by vectors alone, in each precision, and what that is less float32's,
// query by query.
//
//   node test/audience/precisions.mjs DATASET MODEL
//
// Prints a JSON line for each precision.
import { resolve } from 'node:path';
import { readDataset } from '@attune/data';
import { bootstrapInterval, meanOfDefined, randomisationTest } from '@attune/evaluate';
import { Catalogue, judgedSets } from '@attune/tune';
import { ndcgOf } from './judged-bundle.mjs';

const [source, model] = process.argv.slice(2);
if (model === undefined) throw new Error('Name a judged dataset and a transformer');

const dataset = await readDataset(resolve(source));
const { main } = judgedSets(dataset);
const catalogue = new Catalogue(dataset.documents, dataset);
const rounded = (value) => Number(value.toFixed(4));
let exact;
for (const precision of ['f32', 'bf16', 'int8']) {
  const values = await ndcgOf(model, catalogue, main, precision);
  exact ??= values;
  const less = values.map((value, query) => value - exact[query]).filter((value) => !Number.isNaN(value));
  const { low, high } = bootstrapInterval(less);
  const line = {
    precision,
    queries: less.length,
    ndcg: rounded(meanOfDefined(values).mean),
    less: rounded(meanOfDefined(less).mean),
    low: rounded(low),
    high: rounded(high),
    p: rounded(randomisationTest(less)),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
