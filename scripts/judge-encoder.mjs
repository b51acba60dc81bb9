// How well an encoder alone finds documents: NDCG@10 and Recall@100 of exact search over a judged dataset.
import { readDataset } from '@attune/data';
import { evaluateRun, meanOfDefined } from '@attune/evaluate';
import { Catalogue } from '@attune/loop';
import { FlatIndex } from '@attune/search';

const depth = 100;
const metrics = ['ndcg@10', 'recall@100'];

/** @returns for each slice of `names` that the dataset has: its queries, and the mean of each metric */
export async function judgeEncoder(encoder, path, names = ['dev', 'test']) {
  const dataset = await readDataset(path);
  const catalogue = new Catalogue(dataset.documents);
  const queries = new Map(dataset.queries.map((query) => [query.id, query]));
  const index = new FlatIndex({ dim: encoder.dim, metric: 'cosine' });
  index.add(await encoder.encodeDocuments(catalogue.texts(encoder.bundle.preprocessing.documentFields)));
  const figures = {};
  for (const { name, judgments, filter } of dataset.slices.filter((slice) => names.includes(slice.name))) {
    const judged = [...judgments.keys()].map((id) => queries.get(id)).filter((query) => query !== undefined);
    // Queries that search among the same documents are asked together.
    const groups = new Map();
    for (const query of judged) {
      const condition = JSON.stringify({ ...filter, ...query.filter });
      groups.set(condition, [...(groups.get(condition) ?? []), query]);
    }
    const rankings = [];
    for (const [condition, group] of groups) {
      const vectors = await encoder.encodeQueries(group.map(({ text }) => text));
      const { rows, scores } = await index.search(vectors, {
        k: depth,
        allowed: catalogue.allowed(JSON.parse(condition)),
      });
      for (const [i, { id: queryId }] of group.entries()) {
        const found = [...rows.subarray(i * depth, (i + 1) * depth)].filter((row) => row >= 0);
        rankings.push({
          queryId,
          documentIds: found.map((row) => catalogue.ids[row]),
          scores: scores.subarray(i * depth, i * depth + found.length),
        });
      }
    }
    const { values } = evaluateRun(judgments, rankings, { metrics });
    const means = metrics.map((metric) => [
      metric,
      Number(meanOfDefined(values.get(metric)).mean.toFixed(4)),
    ]);
    figures[name] = { queries: judged.length, documents: catalogue.ids.length, ...Object.fromEntries(means) };
  }
  return figures;
}
