import type { Encoder } from '@attune/encode';
import type { Choice } from '@attune/evaluate';
import { judgeVectors } from '../judge-vectors.js';
import type { JudgingSample } from '../judging-sample.js';

/**
 * Which fields make up a document's text: the first one alone, or all of them where the untuned base likes them better. A text that is twice as long
 * takes twice as long to learn from and to encode, so of equals the shorter one is taken.
 */
export async function chooseFields(
  base: Encoder,
  { set, catalogue }: JudgingSample,
  filled: readonly string[],
  signal?: AbortSignal,
): Promise<{ documentFields: readonly string[]; choice: Choice }> {
  const queries = await base.encodeQueries(
    set.queries.map(({ text }) => text),
    { signal },
  );
  const tried: Choice['tried'] = [];
  let best: { fields: readonly string[]; name: string; value: number } | undefined;
  for (const fields of filled.length > 1 ? [filled.slice(0, 1), filled] : [filled]) {
    const documents = await base.encodeDocuments(catalogue.texts(fields), { signal });
    const value = await judgeVectors({ documents, queries, dim: base.dim }, set, catalogue, signal);
    const name = fields.join(' + ');
    tried.push({ name, value });
    if (best === undefined || value > best.value) best = { fields, name, value };
  }
  return {
    documentFields: best!.fields,
    choice: {
      what: 'document fields',
      chosen: best!.name,
      metric: 'ndcg@10',
      on: set.name,
      queryCount: set.queries.length,
      tried,
    },
  };
}
