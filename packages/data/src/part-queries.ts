import type { Judgments } from '@attune/schema';
import { type SplitOptions, splitQueries } from './split.js';
import type { InteractionRow, Part, QueryRow } from './types.js';

/** What is known of the queries of a source, before those whose part no file states are given one. */
export interface KnownQueries {
  queries: ReadonlyMap<string, QueryRow>;
  /** Ids of those whose part the files state. */
  parted: ReadonlySet<string>;
  /** Judgments by the slice that a file of them is for. */
  judged: ReadonlyMap<string, Pick<Judgments, 'keys'>>;
  interactions: readonly Pick<InteractionRow, 'queryId'>[];
}

/** Of fewer training queries none is taken for dev: choices would rest on next to nothing. */
const leastQueriesForDev = 20;

/**
 * Gives a part to each query that the files give none, in place: by the judgments that it stands in; without any judgments by a
 * split of all queries; and dev is taken from the training queries where there is none.
 *
 * @returns `judgedBy`: the parts whose queries are judged by their interactions; `notes` in sentences
 */
export function partQueries(
  known: KnownQueries,
  options: SplitOptions,
): { judgedBy: readonly Part[]; notes: string[] } {
  const { queries, parted, judged, interactions } = known;
  const seed = options.seed ?? 0;
  if (judged.size > 0) {
    partByJudgments(known);
    if (judged.has('dev')) return { judgedBy: [], notes: [] };
    return { judgedBy: ['dev'], notes: partDevFromTraining(known, options) };
  }
  const all = [...queries.values()];
  if (all.length === 0 || interactions.length === 0) return { judgedBy: [], notes: [] };
  const judgedBy = ['dev', 'test'] as const;
  if (parted.size > 0) {
    if (all.some(({ part }) => part === 'dev')) return { judgedBy, notes: [] };
    return { judgedBy, notes: partDevFromTraining(known, options) };
  }
  const parts = splitQueries(
    all.map(({ text }) => text),
    options,
  );
  all.forEach((query, row) => {
    query.part = parts[row] as Part;
  });
  const count = (part: Part) => parts.filter((other) => other === part).length;
  const note =
    `Split by itself (seed ${seed}, like queries kept together): ` +
    `${count('train')} train, ${count('dev')} dev and ${count('test')} test queries.`;
  return { judgedBy, notes: [note] };
}

/** Queries whose part no file states take it from the judgments that they stand in. */
function partByJudgments({ queries, parted, judged }: KnownQueries): void {
  for (const [name, judgments] of judged) {
    if (name.startsWith('train')) continue;
    const part: Part = /^(dev|valid)/.test(name) ? 'dev' : 'test';
    for (const id of judgments.keys()) {
      const query = queries.get(id);
      if (query !== undefined && !parted.has(id)) query.part = part;
    }
  }
}

/** A source with queries for training and for testing alone: whole groups of the training queries become dev. */
function partDevFromTraining({ queries, interactions }: KnownQueries, options: SplitOptions): string[] {
  const used = new Set(interactions.map(({ queryId }) => queryId));
  const training = [...queries.values()].filter(({ id, part }) => part === 'train' && used.has(id));
  const shares = { train: 85, dev: 15, test: 0 };
  const parts = splitQueries(
    training.map(({ text }) => text),
    { ...options, shares },
  );
  const dev = training.filter((_, row) => parts[row] === 'dev');
  if (training.length < leastQueriesForDev || dev.length === 0) return [];
  for (const query of dev) query.part = 'dev';
  return [
    `No queries are marked as dev, so ${dev.length} of the ${training.length} training queries ${dev.length === 1 ? 'is' : 'are'} used to choose by (seed ` +
      `${options.seed ?? 0}, like queries kept together) and not trained on.`,
  ];
}
