import { AttuneError } from '@attune/errors';
import type { SearchRequest, WeightedPart } from '@attune/schema';

/**
 * What a search is for: a text, by its vector and by its words; a vector, with the text beside it that is searched by words, '' for none;
 * or a weighted list of both. `Vector` is how a vector is held.
 */
export type AskedQuery<Vector> = string | { vector: Vector; text: string } | readonly WeightedPart<Vector>[];

export function queryOf({
  text = '',
  vector,
  query,
}: Pick<SearchRequest<Float32Array>, 'text' | 'vector' | 'query'>): AskedQuery<Float32Array> {
  if (query === undefined) return vector === undefined ? text : { vector, text };
  if ('text' in query) return query.text;
  return 'vector' in query ? { ...query, text: '' } : query;
}

/** What a query is searched by words for; '' for nothing. */
export function wordsOf(query: AskedQuery<unknown>): string | { text: string; weight: number }[] {
  if (typeof query === 'string') return query;
  if ('text' in query) return query.text;
  return query.flatMap((part) => ('text' in part ? [{ text: part.text, weight: part.weight ?? 1 }] : []));
}

/** The texts whose vectors make the query's. */
export function embeddedTexts(query: AskedQuery<unknown>): string[] {
  if (typeof query === 'string') return [query];
  return 'text' in query ? [] : query.flatMap((part) => ('text' in part ? [part.text] : []));
}

/**
 * The text that a search is recorded by, which is what people's actions teach about: of a list, the texts with a weight above 0, joined.
 * '' where there is none.
 */
export function recordedText(query: AskedQuery<unknown>): string {
  const words = wordsOf(query);
  if (typeof words === 'string') return words;
  return words
    .filter(({ weight }) => weight > 0)
    .map(({ text }) => text)
    .join(' ');
}

/** The vectors that were given, in their order. */
export function givenVectors<Vector>(query: AskedQuery<Vector>): Vector[] {
  if (typeof query === 'string') return [];
  if ('text' in query) return [query.vector];
  return query.flatMap((part) => ('vector' in part ? [part.vector] : []));
}

/** The same query with other vectors, in the order of `givenVectors`. */
export function withVectors<Vector>(query: AskedQuery<unknown>, next: () => Vector): AskedQuery<Vector> {
  if (typeof query === 'string') return query;
  if ('text' in query) return { ...query, vector: next() };
  return query.map((part) => ('vector' in part ? { ...part, vector: next() } : part));
}

/**
 * @param dim     of the model in service
 * @param bundle  its name
 * @throws {AttuneError} DIMENSION_MISMATCH, NOT_FINITE for a vector that is none of the model's
 */
export function checkVectors(
  query: AskedQuery<Float32Array>,
  { dim, bundle }: { dim: number; bundle: string },
): void {
  for (const vector of givenVectors(query)) {
    if (vector.length !== dim) {
      throw new AttuneError(
        'DIMENSION_MISMATCH',
        `Expected a vector of ${dim} numbers (the dim of ${bundle}), but received ${vector.length}. Was it made by the model in service?`,
      );
    }
    const wrong = vector.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) {
      throw new AttuneError(
        'NOT_FINITE',
        `Expected a vector of finite numbers, but number ${wrong} is ${vector[wrong]}.`,
      );
    }
  }
}
