// node read-and-pair.mjs LOG: what a training does with a log before it computes, in a process of its own whose heap the caller bounds.
import { readDataset } from '@attune/data';
import { knownPositives } from '@attune/train';
import { Catalogue } from '@attune/tune';
import { datasetDigest } from '../../../packages/tune/dist/dataset-digest.js';
import { pairTexts } from '../../../packages/tune/dist/tiers/training-pairs.js';

const dataset = await readDataset(process.argv[2]);
const catalogue = new Catalogue(dataset.documents);
const { pairs, queryCount, weightsBy } = pairTexts(dataset, {
  catalogue,
  documentTexts: catalogue.texts(['title']),
  queryText: (text) => text,
});
const known = knownPositives(pairs.queryKeys, pairs.documentKeys);
const weights = weightsBy('reciprocal');
console.log(
  JSON.stringify({
    documents: dataset.documents.length,
    queries: dataset.queries.length,
    interactions: dataset.interactions.length,
    pairs: weights.length,
    pairedQueries: queryCount,
    known: known.documentKeys.length,
    digest: datasetDigest(dataset),
  }),
);
