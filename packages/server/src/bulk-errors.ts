import { counted } from '@attune/errors';
import type { Answerable } from './errors.js';

/** Messages of one kind that are told one by one; of more, their number. */
const toldOfKind = 100;

/** What is said of a line that was not written. */
export interface LineError {
  line: number;
  error: { code: string; detail: string };
  /** Lines that it stands for, where it is more than this one. */
  count?: number;
}

/**
 * What is wrong with the lines of a bulk write. A file of the wrong shape is wrong in the same way on every line: after 100 messages of
 * one kind the rest is counted, so that an answer does not outgrow what was sent.
 */
export class BulkErrors {
  readonly #kinds = new Map<string, { told: number; first: LineError | undefined; count: number }>();

  /** @returns what to say of the line; undefined where it is counted */
  add(line: number, { code, detail }: Pick<Answerable, 'code' | 'detail'>): LineError | undefined {
    const key = `${code} ${kindOf(detail)}`;
    let kind = this.#kinds.get(key);
    if (kind === undefined) {
      kind = { told: 0, first: undefined, count: 0 };
      this.#kinds.set(key, kind);
    }
    const error = { line, error: { code, detail } };
    if (kind.told < toldOfKind) {
      ++kind.told;
      return error;
    }
    kind.first ??= error;
    ++kind.count;
    return undefined;
  }

  /** One for each kind of which there were more, naming the first of them. */
  counted(): LineError[] {
    return [...this.#kinds.values()].flatMap(({ first, count }) => {
      if (first === undefined) return [];
      const { line, error } = first;
      const lines = counted(count, 'more line is', 'more lines are');
      return {
        line,
        error: { ...error, detail: `${lines} wrong in this way. Of the first: ${error.detail}` },
        count,
      };
    });
  }
}

/** A message without what differs from line to line: texts in quotes, places, numbers and the names of members. */
function kindOf(detail: string): string {
  return detail.replace(/"(?:[^"\\]|\\.)*"|\{[^}]*\}|\/\S*|\d[\d.,]*/g, '…');
}
