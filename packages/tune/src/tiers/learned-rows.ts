import { type InteractionRow, rowsOf, type WeightKind } from '@attune/data';

/** Why a row of what people did is not learned from. */
export type ReasonNotLearned = 'noAction' | 'lowWeight' | 'unknownDocument' | 'documentWithoutText';

/** How many rows of a log's training queries are learned from, and what became of the others. */
export interface LearnedRows {
  rows: number;
  of: number;
  /** Below this weight nothing is learned from. */
  leastWeight: number;
  /** Rows among those left out by which a query is told apart from a document. */
  negatives: number;
  /** Rows by reason; reasons without a row are absent. */
  leftOut: Partial<Record<ReasonNotLearned, number>>;
}

/** Adds up rows as interactions are looked at. */
export class RowCounter {
  readonly learned: LearnedRows;

  constructor(leastWeight: number) {
    this.learned = { rows: 0, of: 0, leastWeight, negatives: 0, leftOut: {} };
  }

  /** @param reason  why the interaction is not learned from; undefined: it is */
  add(interaction: InteractionRow, reason: ReasonNotLearned | undefined): void {
    const { all, positive } = rowsOf(interaction);
    this.learned.of += all;
    if (reason === undefined) {
      this.learned.rows += positive;
      this.#leaveOut('noAction', all - positive);
    } else this.#leaveOut(reason, all);
  }

  #leaveOut(reason: ReasonNotLearned, rows: number): void {
    if (rows > 0) this.learned.leftOut[reason] = (this.learned.leftOut[reason] ?? 0) + rows;
  }
}

/** Such as "1,402 of 1,439 rows to learn from; 37 have no click." */
export function learnedSentence(
  { rows, of, leastWeight, negatives, leftOut }: LearnedRows,
  kind: WeightKind,
): string {
  const count = (value: number) => value.toLocaleString('en-US');
  const told: Record<ReasonNotLearned, string> = {
    noAction: kind === 'counts' || kind === 'rates' ? 'no click' : 'the weight 0',
    lowWeight: `a weight below ${Number(leastWeight.toPrecision(3))}`,
    unknownDocument: 'a document that is not in the catalogue',
    documentWithoutText: 'a document without text',
  };
  const parts = (Object.keys(told) as ReasonNotLearned[]).flatMap((reason) => {
    const value = leftOut[reason] ?? 0;
    const also = reason === 'noAction' && negatives > 0 ? ` (${count(negatives)} learned as negatives)` : '';
    return value === 0 ? [] : [`${count(value)} ${value === 1 ? 'has' : 'have'} ${told[reason]}${also}`];
  });
  return `${[`${count(rows)} of ${count(of)} ${of === 1 ? 'row' : 'rows'} to learn from`, ...parts].join('; ')}.`;
}
