import { AttuneError } from '@attune/errors';
import { hash53 } from './hash.js';
import { KeyTable, NumberColumn } from './key-table.js';
import { lettersOf, type NormaliseOptions, stemSet } from './normalise.js';
import type { Part } from './types.js';

export interface SplitOptions extends NormaliseOptions {
  /** Default 0. */
  seed?: number | undefined;
  /** Shares of the groups; they are divided by their sum. Default 70, 15, 15. */
  shares?: { train: number; dev: number; test: number } | undefined;
}

/**
 * Groups queries that are the same but for wording: an equal set of stems without style words, or the same letters without
 * spaces. Being the same is handed on: a like b and b like c puts all three together.
 *
 * @returns for each query the number of its group; groups are numbered by first appearance
 */
export function groupQueries(queries: readonly string[], options: NormaliseOptions = {}): number[] {
  const parent = Int32Array.from(queries, (_, row) => row);
  const rootOf = (row: number): number => {
    let root = row;
    while (parent[root] !== root) {
      parent[root] = parent[parent[root] as number] as number;
      root = parent[root] as number;
    }
    return root;
  };
  const keys = new KeyTable();
  const firstWith = new NumberColumn('int32');
  const join = (key: string, row: number): void => {
    const before = keys.size;
    const at = keys.add(hash53(key));
    if (at === before) {
      firstWith.set(at, row);
      return;
    }
    const [a, b] = [rootOf(firstWith.get(at)), rootOf(row)];
    parent[Math.max(a, b)] = Math.min(a, b);
  };
  queries.forEach((query, row) => {
    const stems = stemSet(query, options);
    const letters = lettersOf(query);
    if (stems !== '') join(`stems ${stems}`, row);
    // A query of symbols alone ("$", "☂") has no letters: it is grouped with its equals only.
    join(letters === '' ? `raw ${query}` : `letters ${letters}`, row);
  });
  // A root is the first row of its group, so its number is known before any other row's is asked for.
  const numbers = new Int32Array(queries.length);
  let groups = 0;
  return queries.map((_, row) => {
    const root = rootOf(row);
    if (root === row) numbers[row] = groups++;
    return numbers[root] as number;
  });
}

/**
 * The part of each query. A whole group goes to one part, by a seeded hash of its shortest member (the first in code-point
 * order among equals), so that most queries keep their part when the log grows.
 *
 * @throws {AttuneError} INVALID_ARGUMENT when the shares are negative or all 0
 */
export function splitQueries(queries: readonly string[], options: SplitOptions = {}): Part[] {
  const shares = options.shares ?? { train: 70, dev: 15, test: 15 };
  const sum = shares.train + shares.dev + shares.test;
  if (!(sum > 0) || Math.min(shares.train, shares.dev, shares.test) < 0) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected shares of train, dev and test that are not negative and not all 0, but received ${JSON.stringify(shares)}.`,
    );
  }
  const groups = groupQueries(queries, options);
  const shortest: string[] = [];
  queries.forEach((query, row) => {
    const group = groups[row] as number;
    const best = shortest[group];
    if (best === undefined || query.length < best.length || (query.length === best.length && query < best)) {
      shortest[group] = query;
    }
  });
  const parts = shortest.map((query): Part => {
    const at = (hash53(query, options.seed ?? 0) / 2 ** 53) * sum;
    if (at < shares.train) return 'train';
    return at < shares.train + shares.dev ? 'dev' : 'test';
  });
  return groups.map((group) => parts[group] as Part);
}
