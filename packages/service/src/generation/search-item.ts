import { AttuneError } from '@attune/errors';
import type { SearchMode, SearchSpec } from '@attune/search';
import type { SearchRequest } from '../types.js';
import type { SearchBatch } from './messages.js';

/** A search that was checked. */
export interface SearchItem {
  spec: SearchSpec;
  /** The same for searches that are answered together. */
  key: string;
  /** '' without one */
  text: string;
  vector: Float32Array | undefined;
  offset: number;
  limit: number;
  recorded: boolean;
}

const modes: readonly SearchMode[] = ['vector', 'lexical', 'hybrid'];
const mostHits = 1000;
const mostOffset = 10_000;
const longestText = 32_768;

/** A lone half of a surrogate pair: no text, and not to be written as UTF-8. */
export const loneSurrogate = /\p{Surrogate}/u;

/** @throws {AttuneError} INVALID_ARGUMENT, NOT_FINITE */
export function searchItem(request: SearchRequest): SearchItem {
  const { text, vector, limit, offset = 0, filter, modifiers, record = true } = request;
  wholeNumber('limit', limit, 1, mostHits);
  wholeNumber('offset', offset, 0, mostOffset);
  if (text !== undefined) checkText(text);
  const wrong = vector?.findIndex((value) => !Number.isFinite(value)) ?? -1;
  if (wrong >= 0) {
    throw new AttuneError(
      'NOT_FINITE',
      `Expected a vector of finite numbers, but number ${wrong} is ${vector![wrong]}.`,
    );
  }
  const mode = request.mode ?? (text === undefined ? 'vector' : 'hybrid');
  if (!modes.includes(mode)) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected mode to be one of ${modes.join(', ')}, but received ${JSON.stringify(mode)}.`,
    );
  }
  if (text === undefined && (vector === undefined || mode !== 'vector')) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      mode === 'vector'
        ? 'Expected a text or a vector to search for, but received neither.'
        : `Expected a text, which the mode ${mode} searches by words, but received none.`,
    );
  }
  const key = filter || modifiers ? mode + JSON.stringify([filter ?? null, modifiers ?? null]) : mode;
  return {
    spec: { mode, filter, modifiers },
    key,
    text: text ?? '',
    vector: mode === 'lexical' ? undefined : vector,
    offset,
    limit,
    recorded: record,
  };
}

function wholeNumber(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new AttuneError(
    'INVALID_ARGUMENT',
    `Expected ${name} to be a whole number from ${least} to ${most}, but received ${value}.`,
  );
}

function checkText(text: string): void {
  if (text.trim() === '')
    throw new AttuneError('INVALID_ARGUMENT', 'Expected a text to search for, but received a blank one.');
  if (text.length > longestText) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected a text of at most ${longestText} characters, but received ${text.length}.`,
    );
  }
  if (loneSurrogate.test(text)) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      'Expected a text of whole characters, but it has a lone surrogate.',
    );
  }
}

/** @param dim  numbers in a vector, which each given one was checked to have */
export function searchBatch(items: readonly SearchItem[], dim: number): SearchBatch {
  const placeOf = new Map<string, number>();
  const given = items.reduce((count, { vector }) => count + (vector ? 1 : 0), 0);
  const batch: SearchBatch = {
    specs: [],
    specOf: [],
    texts: [],
    vectorOf: [],
    vectors: new Float32Array(given * dim),
    offsets: [],
    limits: [],
    recorded: [],
  };
  let vectors = 0;
  for (const { spec, key, text, vector, offset, limit, recorded } of items) {
    let place = placeOf.get(key);
    if (place === undefined) {
      place = batch.specs.push(spec) - 1;
      placeOf.set(key, place);
    }
    batch.specOf.push(place);
    batch.texts.push(text);
    batch.vectorOf.push(vector ? vectors : -1);
    if (vector) batch.vectors.set(vector, vectors++ * dim);
    batch.offsets.push(offset);
    batch.limits.push(limit);
    batch.recorded.push(recorded);
  }
  return batch;
}
