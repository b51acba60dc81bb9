import { AttuneError } from '@attune/errors';
import type { TextLine } from './text-lines.js';

/** One character: of those below, or any that Excel's `sep=` line names. */
export type Delimiter = string;
const delimiters: readonly Delimiter[] = ['\t', ',', ';', '|'];

/** A record may span this many lines; a quote left open for longer is taken as a stray one. */
const longestRecordLines = 1000;
const longestRecordCharacters = 1 << 20;

export interface CsvRecord {
  values: string[];
  /** As it stands in the file, its line breaks as LF. */
  raw: string;
  /** Of its first line. */
  line: number;
  byteOffset: number;
  /** False when some of its bytes are no text. */
  isValid: boolean;
  /** True when a quote was opened and never closed: the record is then its first line alone. */
  openQuote: boolean;
}

/** The delimiter that parts the header into most columns; a comma when there is only one column. */
export function guessDelimiter(header: string): Delimiter {
  let best: Delimiter = ',';
  let most = 1;
  for (const delimiter of delimiters) {
    const count = splitRecord(header, delimiter)?.length ?? 1;
    if (count > most) {
      best = delimiter;
      most = count;
    }
  }
  return best;
}

/** The delimiter that the first line names, when it is Excel's hint, such as `sep=;`, and no header. */
export function delimiterOfHint(line: string): Delimiter | undefined {
  return /^"?sep=([^"])"?\s*$/i.exec(line)?.[1];
}

/**
 * The values of one record, or undefined when a quote is still open at its end.
 *
 * RFC 4180, and lenient where files are: blanks around a quoted value are passed over, a quote inside an unquoted value
 * is an ordinary character, and what follows a closing quote belongs to the value.
 */
export function splitRecord(text: string, delimiter: Delimiter): string[] | undefined {
  if (!text.includes('"')) return text.split(delimiter);
  const values: string[] = [];
  let at = 0;
  for (;;) {
    let start = at;
    while (text[start] === ' ') start += 1;
    if (text[start] !== '"') {
      const end = text.indexOf(delimiter, at);
      values.push(end === -1 ? text.slice(at) : text.slice(at, end));
      if (end === -1) return values;
      at = end + 1;
      continue;
    }
    let value = '';
    at = start + 1;
    for (;;) {
      const quote = text.indexOf('"', at);
      if (quote === -1) return undefined;
      value += text.slice(at, quote);
      at = quote + 1;
      if (text[at] !== '"') break;
      value += '"';
      at += 1;
    }
    const end = text.indexOf(delimiter, at);
    const after = end === -1 ? text.slice(at) : text.slice(at, end);
    values.push(after.trim() === '' ? value : value + after);
    if (end === -1) return values;
    at = end + 1;
  }
}

/**
 * Whether a quote is open at the end of a line, as `splitRecord` reads it.
 *
 * @param inQuote  whether one is open at its beginning
 */
function endsInQuote(text: string, delimiter: Delimiter, inQuote: boolean): boolean {
  let isQuoted = inQuote;
  for (let at = 0; ; ) {
    if (!isQuoted) {
      let start = at;
      while (text[start] === ' ') start += 1;
      isQuoted = text[start] === '"';
      if (isQuoted) at = start + 1;
    }
    while (isQuoted) {
      const quote = text.indexOf('"', at);
      if (quote === -1) return true;
      isQuoted = text[quote + 1] === '"';
      at = quote + (isQuoted ? 2 : 1);
    }
    const end = text.indexOf(delimiter, at);
    if (end === -1) return false;
    at = end + 1;
  }
}

/** Puts lines together into records: a line break inside quotes does not end one. */
export class CsvAssembler {
  readonly #delimiter: Delimiter;
  /** Lines of a record that a quote keeps open, from `#first` on; each was read within that quote, and closes none. */
  #open: TextLine[] = [];
  #first = 0;
  #openCharacters = 0;

  constructor(delimiter: Delimiter) {
    this.#delimiter = delimiter;
  }

  /** Records that end with these lines. Empty lines between records are passed over. */
  add(lines: readonly TextLine[]): CsvRecord[] {
    const records: CsvRecord[] = [];
    for (const line of lines) this.#addLine(line, records);
    return records;
  }

  /** Records that the end of the file leaves open. */
  finish(): CsvRecord[] {
    const records: CsvRecord[] = [];
    while (this.#openCount > 0) this.#giveUp(records);
    return records;
  }

  get #openCount(): number {
    return this.#open.length - this.#first;
  }

  #addLine(line: TextLine, records: CsvRecord[]): void {
    if (this.#openCount === 0) {
      if (!this.#isWhole(line, records)) this.#push(line);
      return;
    }
    this.#push(line);
    if (!endsInQuote(line.text, this.#delimiter, true)) {
      const lines = this.#open.slice(this.#first);
      const raw = lines.map(({ text }) => text).join('\n');
      records.push(recordOf(lines, raw, splitRecord(raw, this.#delimiter)!, false));
      this.#drop(lines.length);
    } else if (this.#openCount > longestRecordLines || this.#openCharacters > longestRecordCharacters) {
      this.#giveUp(records);
    }
  }

  /** Takes a line that begins a record and ends it too, or is empty; false where a quote is open at its end. */
  #isWhole(line: TextLine, records: CsvRecord[]): boolean {
    if (line.text.trim() === '') return true;
    if (endsInQuote(line.text, this.#delimiter, false)) return false;
    records.push(recordOf([line], line.text, splitRecord(line.text, this.#delimiter)!, false));
    return true;
  }

  /**
   * The first open line is a record by itself, its quote a stray one; the lines after it are read again, up to one that opens a quote. Those
   * behind that one stay open: within a quote they close none, as before. So no line is read more than twice.
   */
  #giveUp(records: CsvRecord[]): void {
    const first = this.#open[this.#first]!;
    records.push(recordOf([first], first.text, first.text.split(this.#delimiter), true));
    this.#drop(1);
    while (this.#openCount > 0 && this.#isWhole(this.#open[this.#first]!, records)) this.#drop(1);
  }

  #push(line: TextLine): void {
    this.#open.push(line);
    this.#openCharacters += line.text.length;
  }

  #drop(count: number): void {
    for (let i = 0; i < count; ++i) this.#openCharacters -= this.#open[this.#first++]!.text.length;
    // Seldom enough that moving the others costs little for each.
    if (this.#first < longestRecordLines && this.#openCount > 0) return;
    this.#open.splice(0, this.#first);
    this.#first = 0;
  }
}

function recordOf(lines: readonly TextLine[], raw: string, values: string[], openQuote: boolean): CsvRecord {
  const first = lines[0];
  if (first === undefined) throw new AttuneError('INTERNAL', 'A CSV record was made of no line.');
  return {
    values,
    raw,
    line: first.line,
    byteOffset: first.byteOffset,
    isValid: lines.every(({ isValid }) => isValid),
    openQuote,
  };
}
