// How well an encoder alone finds documents: NDCG@10 and Recall@100 of exact search over a judged dataset.
import { readDataset } from '@attune/data';
import { evaluateRun, meanOfDefined } from '@attune/evaluate';
import { lexicalSettings } from '@attune/search';
import { askedOf, Catalogue, embedCatalogue, judgedSlice, rankingsOf, Searcher } from '@attune/tune';

export const metrics = ['ndcg@10', 'recall@100'];

/** A judged dataset, to be searched by one encoder after another. */
export async function judgedDataset(path, names) {
  const dataset = await readDataset(path);
  const slices = dataset.slices.filter(({ name }) => names.includes(name));
  return { dataset, catalogue: new Catalogue(dataset.documents), slices };
}

/** @returns of each slice its name, its queries, and the value of each metric for each of them */
export async function encoderValues(encoder, { dataset, catalogue, slices }) {
  const vectors = await embedCatalogue(encoder, catalogue);
  const searcher = Searcher.over(catalogue, { encoder, vectors, lexical: lexicalSettings() });
  const found = [];
  for (const slice of slices) {
    const set = judgedSlice(dataset, slice);
    const { asked, limit } = askedOf(set);
    const rankings = rankingsOf(await searcher.search(asked, { mode: 'vector', limit }), set, catalogue);
    const { values } = evaluateRun(slice.judgments, rankings, { metrics });
    found.push({ name: slice.name, queries: set.queries.length, values });
  }
  return found;
}

/** @returns for each slice of `names` that the dataset has: its queries, and the mean of each metric */
export async function judgeEncoder(encoder, path, names = ['dev', 'test']) {
  const judged = await judgedDataset(path, names);
  const found = await encoderValues(encoder, judged);
  const figure = (values) => Number(meanOfDefined(values).mean.toFixed(4));
  return Object.fromEntries(
    found.map(({ name, queries, values }) => [
      name,
      {
        queries,
        documents: judged.catalogue.ids.length,
        ...Object.fromEntries(metrics.map((metric) => [metric, figure(values.get(metric))])),
      },
    ]),
  );
}
