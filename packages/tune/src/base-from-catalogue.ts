import type { Dataset } from '@attune/data';
import type { Bundle } from '@attune/encode';
import { counted } from '@attune/errors';
import { noBase } from '@attune/schema';
import { catalogueBase, catalogueBaseRecipe } from '@attune/train';
import type { Catalogue } from './catalogue.js';
import { type BaseMaking, madeBase } from './made-base.js';

/**
 * Makes a static base of the documents and the training queries of a dataset.
 *
 * @throws {AttuneError} as madeBase; DATA_EMPTY; DATA_TOO_FEW; CANCELLED
 */
export function baseFromCatalogue(making: BaseMaking): Promise<{ bundle: Bundle; note: string }> {
  return madeBase(making, { baseName: noBase, recipe: catalogueBaseRecipe }, async () => {
    const { dataset, catalogue, seed, few, signal } = making;
    making.onStep?.('making a base of the catalogue');
    const { texts } = catalogue.documentTexts([]);
    const queries = queriesOf(dataset, catalogue);
    const base = await catalogueBase({ documents: texts, queries, seed, few, signal });
    return {
      ...base,
      made:
        `A base of ${base.tokens.toLocaleString('en')} tokens was learned from ${counted(texts.length, 'document')} and ` +
        `${counted(new Set(queries.flat()).size, 'query', 'queries')}`,
      remark: 'It knows no more than they say: it is there to be tuned on their log.',
    };
  });
}

/** Of each document the training queries that led to it: those with a weight above 0. */
function queriesOf({ interactions }: Dataset, catalogue: Catalogue): string[][] {
  const queries = catalogue.documents.map((): string[] => []);
  for (const { documentId, query, weight } of interactions) {
    const row = catalogue.rowOf(documentId);
    if (row !== undefined && weight > 0) queries[row]!.push(query);
  }
  return queries;
}
