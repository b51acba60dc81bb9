// How well an encoder alone finds documents: NDCG@10 and Recall@100 of exact search over a judged dataset.
import { readDataset } from '@attune/data';
import { evaluateRun, meanOfDefined } from '@attune/evaluate';
import { lexicalSettings } from '@attune/search';
import { askedOf, Catalogue, embedCatalogue, judgedSlice, rankingsOf, Searcher } from '@attune/tune';

const metrics = ['ndcg@10', 'recall@100'];

/** @returns for each slice of `names` that the dataset has: its queries, and the mean of each metric */
export async function judgeEncoder(encoder, path, names = ['dev', 'test']) {
  const dataset = await readDataset(path);
  const catalogue = new Catalogue(dataset.documents);
  const vectors = await embedCatalogue(encoder, catalogue);
  const searcher = Searcher.over(catalogue, { encoder, vectors, lexical: lexicalSettings() });
  const figures = {};
  for (const slice of dataset.slices.filter(({ name }) => names.includes(name))) {
    const set = judgedSlice(dataset, slice);
    const { asked, limit } = askedOf(set);
    const rankings = rankingsOf(await searcher.search(asked, { mode: 'vector', limit }), set, catalogue);
    const { values } = evaluateRun(slice.judgments, rankings, { metrics });
    const means = metrics.map((metric) => [
      metric,
      Number(meanOfDefined(values.get(metric)).mean.toFixed(4)),
    ]);
    figures[slice.name] = {
      queries: set.queries.length,
      documents: catalogue.ids.length,
      ...Object.fromEntries(means),
    };
  }
  return figures;
}
