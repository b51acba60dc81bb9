import { type Checked, hasText, type SearchRequest, searchDefaults } from '@attune/schema';
import type { SearchSpec } from '@attune/search';
import { type AskedQuery, givenVectors, queryOf, withVectors } from './asked-query.js';

/** A search with all that its request left open. */
export interface Search {
  query: AskedQuery<Float32Array>;
  spec: SearchSpec;
  /** The same for searches that are answered together. */
  specKey: string;
  offset: number;
  limit: number;
  isRecorded: boolean;
  /** Its filter may take long: it was looked up before. */
  isFiltered?: boolean | undefined;
}

export function searchOf(request: Checked<SearchRequest<Float32Array>>): Search {
  const {
    mode = hasText(request) ? 'hybrid' : 'vector',
    limit = searchDefaults.limit,
    offset = searchDefaults.offset,
    record = searchDefaults.record,
    filter,
    modifiers,
  } = request;
  return {
    query: queryOf(request),
    spec: { mode, filter, modifiers },
    specKey: filter || modifiers ? mode + JSON.stringify([filter ?? null, modifiers ?? null]) : mode,
    offset,
    limit,
    isRecorded: record,
  };
}

/** Searches of one message, by columns. */
export interface SearchBatch {
  specs: SearchSpec[];
  /** [searches], place in `specs` */
  specOf: number[];
  /** [searches], with vectors as rows of `vectors` */
  queries: AskedQuery<number>[];
  /** float32, [vectors given, dim] */
  vectors: Float32Array;
  offsets: number[];
  limits: number[];
  /** [searches], whether the ids are wanted beside the hits */
  isRecorded: boolean[];
  /** [searches], whether its filter may take long */
  isFiltered: boolean[];
}

/** @param dim  numbers in a vector, which each given one was checked to have */
export function searchBatch(searches: readonly Search[], dim: number): SearchBatch {
  const given = searches.flatMap(({ query }) => givenVectors(query));
  const batch: SearchBatch = {
    specs: [],
    specOf: [],
    queries: [],
    vectors: new Float32Array(given.length * dim),
    offsets: [],
    limits: [],
    isRecorded: [],
    isFiltered: [],
  };
  for (const [row, vector] of given.entries()) batch.vectors.set(vector, row * dim);
  const placeOf = new Map<string, number>();
  let row = 0;
  for (const { query, spec, specKey, offset, limit, isRecorded, isFiltered = false } of searches) {
    let place = placeOf.get(specKey);
    if (place === undefined) {
      place = batch.specs.push(spec) - 1;
      placeOf.set(specKey, place);
    }
    batch.specOf.push(place);
    batch.queries.push(withVectors(query, () => row++));
    batch.offsets.push(offset);
    batch.limits.push(limit);
    batch.isRecorded.push(isRecorded);
    batch.isFiltered.push(isFiltered);
  }
  return batch;
}
