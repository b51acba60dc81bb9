import type { Filter, SearchHit } from '@attune/client';
import type { Column } from './columns.js';
import type { ShownFields } from './fields.js';
import type { Judgments } from './judgments.js';
import { type Move, movesBetween } from './moves.js';

/** What a column answered. */
export interface Answer {
  column: Column;
  hits: readonly SearchHit[];
  /** The server's no; there are no hits then. */
  failed?: string | undefined;
  milliseconds: number;
}

/** Everything that the columns show of one search. */
export interface Results {
  text: string;
  filter: Filter | undefined;
  answers: readonly Answer[];
  fields: ShownFields;
  judgments: Judgments;
}

/** The places of a column's documents against those of another; undefined for that other itself. */
export function movesAgainst(reference: Answer | undefined, answer: Answer): Map<string, Move> | undefined {
  if (reference === undefined || reference === answer || reference.failed !== undefined) return undefined;
  return movesBetween(idsOf(reference), idsOf(answer));
}

export const idsOf = ({ hits }: Answer): string[] => hits.map(({ id }) => id);
