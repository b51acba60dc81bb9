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

/** Puts lines together into records: a line break inside quotes does not end one. */
export class CsvAssembler {
  readonly #delimiter: Delimiter;
  #open: TextLine[] = [];
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
    while (this.#open.length > 0) this.#giveUp(records);
    return records;
  }

  #addLine(line: TextLine, records: CsvRecord[]): void {
    if (this.#open.length === 0) {
      if (line.text.trim() === '') return;
      const values = splitRecord(line.text, this.#delimiter);
      if (values !== undefined) {
        records.push(recordOf([line], line.text, values, false));
        return;
      }
    }
    this.#open.push(line);
    this.#openCharacters += line.text.length;
    if (this.#open.length === 1) return;
    // Only a line with a quote can close one, so a long quoted text is not split again at each of its lines.
    if (line.text.includes('"')) {
      const raw = this.#open.map(({ text }) => text).join('\n');
      const values = splitRecord(raw, this.#delimiter);
      if (values !== undefined) {
        records.push(recordOf(this.#open, raw, values, false));
        this.#clear();
        return;
      }
    }
    if (this.#open.length > longestRecordLines || this.#openCharacters > longestRecordCharacters) {
      this.#giveUp(records);
    }
  }

  /** The first open line is a record by itself, its quote a stray one; the lines after it are read again. */
  #giveUp(records: CsvRecord[]): void {
    const [first, ...others] = this.#open;
    this.#clear();
    if (first === undefined) return;
    records.push(recordOf([first], first.text, first.text.split(this.#delimiter), true));
    for (const line of others) this.#addLine(line, records);
  }

  #clear(): void {
    this.#open = [];
    this.#openCharacters = 0;
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
