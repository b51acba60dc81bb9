/** What became of a document's place between two lists. `by` counts places. */
export type Move =
  | { kind: 'same' }
  | { kind: 'up' | 'down'; by: number; from: number }
  /** Not in the list before. */
  | { kind: 'new' };

/**
 * The place of each document of `after`, against its place in `before`; both hold ids, best first.
 *
 * @returns by id; `from` is the place before, from 1
 */
export function movesBetween(before: readonly string[], after: readonly string[]): Map<string, Move> {
  const places = new Map(before.map((id, place) => [id, place]));
  return new Map(after.map((id, place) => [id, moveOf(places.get(id), place)]));
}

function moveOf(before: number | undefined, after: number): Move {
  if (before === undefined) return { kind: 'new' };
  if (before === after) return { kind: 'same' };
  return { kind: after < before ? 'up' : 'down', by: Math.abs(before - after), from: before + 1 };
}

/** How many of the first `depth` of one list are among the first `depth` of the other. */
export function sharedAmong(a: readonly string[], b: readonly string[], depth: number): number {
  const first = new Set(a.slice(0, depth));
  return b.slice(0, depth).filter((id) => first.has(id)).length;
}

/** A move for the eye, and for a screen reader: `name` is that of the column compared with. */
export function moveText(move: Move, depth: number, name: string): { sign: string; said: string } {
  if (move.kind === 'same') return { sign: '=', said: `the same place as in ${name}` };
  if (move.kind === 'new') return { sign: 'new', said: `not among the first ${depth} of ${name}` };
  const places = `${move.by} ${move.by === 1 ? 'place' : 'places'}`;
  return {
    sign: `${move.kind === 'up' ? '▲' : '▼'} ${move.by}`,
    said: `${places} ${move.kind === 'up' ? 'higher' : 'lower'} than in ${name}, where it is at ${move.from}`,
  };
}
