import type { WorkOptions } from '@attune/binding';
import { type Bundle, measureCoverage, type Reading, Tokenizer } from '@attune/encode';
import type { Catalogue } from './catalogue.js';

/** How much of the documents and of the queries a model knows, by its tokeniser alone. */
export async function readingsOf(
  { name, tokenizer, preprocessing }: Pick<Bundle, 'name' | 'tokenizer' | 'preprocessing'>,
  catalogue: Catalogue,
  queries: readonly { text: string }[],
  { signal }: Pick<WorkOptions, 'signal'> = {},
): Promise<Reading[]> {
  const reader = new Tokenizer(tokenizer);
  const texts = {
    documents: catalogue.texts(preprocessing.documentFields),
    queries: queries.map(({ text }) => text),
  };
  const readings: Reading[] = [];
  for (const [what, each] of Object.entries(texts))
    readings.push({ model: name, what, coverage: await measureCoverage(reader, each, { signal }) });
  return readings;
}
