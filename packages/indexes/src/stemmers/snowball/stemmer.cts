/**
 * What every stemmer of this folder is made of: a port of `basestemmer.py` of Snowball 3.1.1, whose names it keeps. BSD-3-Clause: see COPYING.
 *
 * A stemmer works on `current`: forwards from `cursor` to `limit`, or backwards from there to `limit_backward`; `bra` to `ket` is the slice that is replaced.
 */

/** A set of letters, as a table over the range of their codes. */
class Grouping {
  readonly #first: number;
  readonly #flags: Uint8Array;

  constructor(letters: string) {
    const codes = Array.from(letters, (letter) => letter.charCodeAt(0));
    this.#first = Math.min(...codes);
    this.#flags = new Uint8Array(Math.max(...codes) - this.#first + 1);
    for (const code of codes) this.#flags[code - this.#first] = 1;
  }

  has(code: number): boolean {
    return this.#flags[code - this.#first] === 1;
  }
}

/** A string, the row with the longest ending (or beginning) of it that is in the table too or -1, what is found with it, and on what condition. */
type AmongRow<S> = [text: string, link: number, result: number, condition?: (stemmer: S) => boolean];

interface Among<S> {
  text: string;
  link: number;
  result: number;
  condition: ((stemmer: S) => boolean) | undefined;
}

const among = <S extends Stemmer = Stemmer>(rows: AmongRow<S>[]): Among<S>[] =>
  rows.map(([text, link, result, condition]) => ({ text, link, result, condition }));

const grouping = (letters: string): Grouping => new Grouping(letters);

abstract class Stemmer {
  current = '';
  cursor = 0;
  limit = 0;
  limit_backward = 0;
  bra = 0;
  ket = 0;

  abstract stem(): boolean;

  stemWord(word: string): string {
    this.current = word;
    this.cursor = 0;
    this.limit = word.length;
    this.limit_backward = 0;
    this.bra = 0;
    this.ket = word.length;
    this.stem();
    return this.current;
  }

  in_grouping(set: Grouping): boolean {
    if (this.cursor >= this.limit || !set.has(this.current.charCodeAt(this.cursor))) return false;
    this.cursor += 1;
    return true;
  }

  in_grouping_b(set: Grouping): boolean {
    if (this.cursor <= this.limit_backward || !set.has(this.current.charCodeAt(this.cursor - 1)))
      return false;
    this.cursor -= 1;
    return true;
  }

  out_grouping(set: Grouping): boolean {
    if (this.cursor >= this.limit || set.has(this.current.charCodeAt(this.cursor))) return false;
    this.cursor += 1;
    return true;
  }

  out_grouping_b(set: Grouping): boolean {
    if (this.cursor <= this.limit_backward || set.has(this.current.charCodeAt(this.cursor - 1))) return false;
    this.cursor -= 1;
    return true;
  }

  go_in_grouping(set: Grouping): boolean {
    for (; this.cursor < this.limit; this.cursor += 1) {
      if (!set.has(this.current.charCodeAt(this.cursor))) return true;
    }
    return false;
  }

  go_in_grouping_b(set: Grouping): boolean {
    for (; this.cursor > this.limit_backward; this.cursor -= 1) {
      if (!set.has(this.current.charCodeAt(this.cursor - 1))) return true;
    }
    return false;
  }

  go_out_grouping(set: Grouping): boolean {
    for (; this.cursor < this.limit; this.cursor += 1) {
      if (set.has(this.current.charCodeAt(this.cursor))) return true;
    }
    return false;
  }

  go_out_grouping_b(set: Grouping): boolean {
    for (; this.cursor > this.limit_backward; this.cursor -= 1) {
      if (set.has(this.current.charCodeAt(this.cursor - 1))) return true;
    }
    return false;
  }

  eq_s(text: string): boolean {
    if (this.limit - this.cursor < text.length || !this.current.startsWith(text, this.cursor)) return false;
    this.cursor += text.length;
    return true;
  }

  eq_s_b(text: string): boolean {
    const start = this.cursor - text.length;
    if (start < this.limit_backward || !this.current.startsWith(text, start)) return false;
    this.cursor = start;
    return true;
  }

  /** The result of the longest row that stands at the cursor, which moves behind it; 0 where there is none. Rows are in the order of their codes. */
  find_among<S extends Stemmer>(this: S, rows: Among<S>[]): number {
    const { current, cursor, limit } = this;
    let low = 0;
    let high = rows.length;
    let commonLow = 0;
    let commonHigh = 0;
    let firstSeen = false;
    for (;;) {
      const middle = low + ((high - low) >> 1);
      const { text } = rows[middle]!;
      let common = Math.min(commonLow, commonHigh);
      let difference = 0;
      for (; common < text.length && difference === 0; ++common) {
        if (cursor + common === limit) difference = -1;
        else difference = current.charCodeAt(cursor + common) - text.charCodeAt(common);
        if (difference !== 0) break;
      }
      if (difference < 0) {
        high = middle;
        commonHigh = common;
      } else {
        low = middle;
        commonLow = common;
      }
      if (high - low <= 1) {
        if (low > 0 || high === low || firstSeen) break;
        firstSeen = true;
      }
    }
    for (let at = low; at >= 0; ) {
      const row = rows[at]!;
      if (commonLow >= row.text.length) {
        this.cursor = cursor + row.text.length;
        if (row.condition === undefined) return row.result;
        if (row.condition(this)) {
          this.cursor = cursor + row.text.length;
          return row.result;
        }
      }
      at = row.link;
    }
    return 0;
  }

  /** The same backwards: rows are in the order of their codes read from the end. */
  find_among_b<S extends Stemmer>(this: S, rows: Among<S>[]): number {
    const { current, cursor, limit_backward } = this;
    let low = 0;
    let high = rows.length;
    let commonLow = 0;
    let commonHigh = 0;
    let firstSeen = false;
    for (;;) {
      const middle = low + ((high - low) >> 1);
      const { text } = rows[middle]!;
      let common = Math.min(commonLow, commonHigh);
      let difference = 0;
      for (let at = text.length - 1 - common; at >= 0; --at, ++common) {
        if (cursor - common === limit_backward) difference = -1;
        else difference = current.charCodeAt(cursor - 1 - common) - text.charCodeAt(at);
        if (difference !== 0) break;
      }
      if (difference < 0) {
        high = middle;
        commonHigh = common;
      } else {
        low = middle;
        commonLow = common;
      }
      if (high - low <= 1) {
        if (low > 0 || high === low || firstSeen) break;
        firstSeen = true;
      }
    }
    for (let at = low; at >= 0; ) {
      const row = rows[at]!;
      if (commonLow >= row.text.length) {
        this.cursor = cursor - row.text.length;
        if (row.condition === undefined) return row.result;
        if (row.condition(this)) {
          this.cursor = cursor - row.text.length;
          return row.result;
        }
      }
      at = row.link;
    }
    return 0;
  }

  replace_s(bra: number, ket: number, text: string): number {
    const adjustment = text.length - (ket - bra);
    this.current = this.current.slice(0, bra) + text + this.current.slice(ket);
    this.limit += adjustment;
    if (this.cursor >= ket) this.cursor += adjustment;
    else if (this.cursor > bra) this.cursor = bra;
    return adjustment;
  }

  slice_from(text: string): void {
    this.replace_s(this.bra, this.ket, text);
    this.ket = this.bra + text.length;
  }

  slice_del(): void {
    this.slice_from('');
  }

  insert(bra: number, ket: number, text: string): void {
    const adjustment = this.replace_s(bra, ket, text);
    if (bra <= this.bra) this.bra += adjustment;
    if (bra <= this.ket) this.ket += adjustment;
  }

  slice_to(): string {
    return this.current.slice(this.bra, this.ket);
  }
}

export = { Stemmer, among, grouping };
