import type { Collection, Filter, Model, SearchRequest } from '@attune/client';

/** One way to answer a search. */
export interface Column {
  name: 'words' | 'base' | 'vectors' | 'tuned' | 'fused';
  /** What it goes by, in a few words. */
  about: string;
  collection: string;
  mode: 'lexical' | 'vector' | 'hybrid';
}

/** How many answers are asked for, so that a document that came from far below is known to have been there. */
export const depth = 50;

/**
 * The columns of a collection.
 *
 * @param model  that in service
 * @param base   the collection of the same documents under the model's base, if there is one
 */
export function columnsOf(
  collection: Collection,
  model: Model | undefined,
  base: Collection | undefined,
): Column[] {
  const { name, bundle } = collection;
  const isTuned = base !== undefined || (model?.base ?? null) !== null;
  const isShipped = /^attune-base-/.test(bundle);
  return [
    { name: 'words', about: 'BM25', collection: name, mode: 'lexical' },
    ...(base === undefined
      ? []
      : [{ name: 'base', about: base.bundle, collection: base.name, mode: 'vector' } as const]),
    {
      name: isTuned ? 'tuned' : isShipped ? 'base' : 'vectors',
      about: bundle,
      collection: name,
      mode: 'vector',
    },
    { name: 'fused', about: 'words and vectors', collection: name, mode: 'hybrid' },
  ];
}

/**
 * The collection to compare with: the one that the model's base serves, or else the one that is named as its base, such as `shop-base` beside
 * `shop` or `shop-tuned`.
 */
export function baseOf(
  { name, fingerprint }: Collection,
  model: Model | undefined,
  collections: readonly Collection[],
): Collection | undefined {
  const others = collections.filter((other) => other.name !== name && other.fingerprint !== fingerprint);
  const isBase = (other: Collection) => other.bundle === model?.base || other.fingerprint === model?.base;
  const baseName = `${name.replace(/-tuned$/, '')}-base`;
  const named = others.find((other) => other.name === baseName);
  return named ?? others.filter(isBase).find(({ name: other }) => isAlike(name, other));
}

/** Whether one name begins as the other does, up to its first dash: collections of other documents have other names. */
const isAlike = (a: string, b: string): boolean => a.split('-', 1)[0] === b.split('-', 1)[0];

/** What a column asks. Unless it is recorded, the search leaves nothing behind. */
export function requestOf(
  { mode }: Column,
  { text, filter, limit = depth }: { text: string; filter: Filter | undefined; limit?: number },
): SearchRequest {
  return { text, mode, limit, ...(filter !== undefined && { filter }) };
}
