import { AttuneError } from '@attune/errors';
import type { WeightedText } from '@attune/indexes';
import type { Filter, ScoreModifiers, SearchMode } from '@attune/schema';

/** What is the same for many queries, so that they are answered together. */
export interface SearchSpec {
  mode: SearchMode;
  filter?: Filter | undefined;
  modifiers?: ScoreModifiers | undefined;
}

/** One query, as a view answers it. */
export interface ViewQuery {
  /** Queries that share the object, or have equal ones, are answered together. */
  spec: SearchSpec;
  /** What is searched by words. */
  text: string | readonly WeightedText[];
  /** float32, [dim]; needed but for a search by words alone */
  vector?: Float32Array | undefined;
  /** Rows left out before the first that is given. 0 unless set. */
  offset?: number | undefined;
  /** Rows wanted. */
  limit: number;
}

/** Queries that want the same, so that each index is asked once for all of them. */
export interface QueryGroup {
  spec: SearchSpec;
  /** Their places among all queries. */
  members: number[];
  /** Rows that each list of a query holds, where there are so many. */
  depths: number[];
  /** Rows of each answer, from its best, that decide what is given. */
  pages: number[];
  texts: ViewQuery['text'][];
}

/** Documents that each list of a fusion holds, and that a modifier looks at: as the experiments did. */
const leastDepth = 200;

/** Depths that are searched together, so that one deep page does not make a whole batch deep. */
const depthSteps = [256, 2048];

export function groupsOf(queries: readonly ViewQuery[]): QueryGroup[] {
  const keyOfSpec = new Map<SearchSpec, string>();
  const groups = new Map<string, QueryGroup>();
  for (const [i, { spec, text, offset = 0, limit }] of queries.entries()) {
    const page = offset + limit;
    const depth = spec.mode === 'hybrid' || spec.modifiers ? Math.max(leastDepth, page) : page;
    const step = depthSteps.filter((each) => depth > each).length;
    let specKey = keyOfSpec.get(spec);
    if (specKey === undefined) {
      specKey = JSON.stringify([spec.mode, spec.filter ?? null, spec.modifiers ?? null]);
      keyOfSpec.set(spec, specKey);
    }
    const key = `${step} ${specKey}`;
    let group = groups.get(key);
    if (group === undefined) {
      group = { spec, members: [], depths: [], pages: [], texts: [] };
      groups.set(key, group);
    }
    group.members.push(i);
    group.depths.push(depth);
    // A modifier may lift any row that was found.
    group.pages.push(spec.modifiers ? depth : page);
    group.texts.push(text);
  }
  return [...groups.values()];
}

/**
 * The vectors of a group's queries, side by side.
 *
 * @returns float32, [members, dim]
 * @throws {AttuneError} INVALID_ARGUMENT for a query without a vector, or with one of another length than the first
 */
export function vectorsOf({ members }: QueryGroup, queries: readonly ViewQuery[]): Float32Array {
  const dim = queries[members[0]!]!.vector?.length ?? 0;
  const packed = new Float32Array(members.length * dim);
  for (const [i, member] of members.entries()) {
    const { vector } = queries[member]!;
    if (vector === undefined || vector.length !== dim) {
      throw new AttuneError(
        'INVALID_ARGUMENT',
        `Expected every query that is searched by vectors to have one of ${dim} numbers, as the first has, but query ${member} ` +
          `has ${vector === undefined ? 'none' : `one of ${vector.length}`}.`,
      );
    }
    packed.set(vector, i * dim);
  }
  return packed;
}
