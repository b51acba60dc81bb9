import { AttuneError } from '@attune/errors';
import type { TextLine } from './text-lines.js';

/** What holds the rows of one JSON document: an array, or a member of an object that is an array. */
export type JsonContainer = 'array' | 'object';

const [quote, backslash, lineFeed] = [0x22, 0x5c, 0x0a];
const [openBrace, openBracket, closeBrace, closeBracket, comma] = [0x7b, 0x5b, 0x7d, 0x5d, 0x2c];

/** Longer than any row: past it, a bracket is missing. */
const longestRowBytes = 64 * 1024 * 1024;

/**
 * Whether the beginning of a file is that of one document that holds rows, rather than of one row a line; undefined when it is not.
 *
 * @param isWhole  the head is the whole file
 */
export function containerOf(head: string, isWhole: boolean): JsonContainer | undefined {
  const text = head.trimStart();
  if (/^\[\s*(\{|\]|$)/.test(text)) return 'array';
  if (hasRowsByLine(text)) {
    return isWhole && !text.trimEnd().includes('\n') ? containerOfValue(text) : undefined;
  }
  return beginsWithRows(text) ? 'object' : undefined;
}

/** Whether one of the first lines is a row by itself: no comma stands behind it, and none before it expects it. */
export function hasRowsByLine(text: string): boolean {
  const lines = text.split('\n', 20);
  return lines.some((line, at) => isObject(line) && (at === 0 || !/[,[:]\s*$/.test(lines[at - 1] as string)));
}

/** Whether a member of the object that the text begins with is an array that begins with an object. */
function beginsWithRows(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] as string;
    if (sign === '"') {
      const string = /"(?:[^"\\\n]|\\.)*"/y;
      string.lastIndex = at;
      const found = string.exec(text);
      if (found === null) return false;
      at += found[0].length - 1;
    } else if (sign === '{' || sign === '[') {
      depth += 1;
      if (sign === '[' && depth === 2 && /^\s*\{/.test(text.slice(at + 1, at + 1000))) return true;
    } else if (sign === '}' || sign === ']') {
      depth -= 1;
    }
  }
  return false;
}

function containerOfValue(text: string): JsonContainer | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const lists = Object.values(value).filter(
      (member) => Array.isArray(member) && member.length > 0 && member.every((each) => isPlainObject(each)),
    );
    return lists.length === 1 ? 'object' : undefined;
  } catch {
    return undefined;
  }
}

function isObject(text: string): boolean {
  try {
    return isPlainObject(JSON.parse(text));
  } catch {
    return false;
  }
}

const isPlainObject = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The rows of one JSON document, each with its text, its first line and its first byte, in a batch for each chunk. The brackets alone
 * are counted, outside of strings, so that no more than a row is in memory. A document that ends too early gives what is left as a
 * last row, which cannot be read.
 *
 * @throws {AttuneError} FORMAT_UNSUPPORTED when an object holds several arrays of objects, or a row is longer than 64 MiB
 */
export async function* documentRows(
  chunks: AsyncIterable<Buffer>,
  container: JsonContainer,
  path: string,
  validText: (bytes: Buffer, text: string) => boolean,
): AsyncGenerator<TextLine[]> {
  const splitter = new RowSplitter(container, path, validText);
  for await (const chunk of chunks) yield splitter.add(chunk);
  yield splitter.end();
}

class RowSplitter {
  /** How many brackets are open around a row. */
  readonly #rowDepth: number;
  readonly #path: string;
  readonly #validText: (bytes: Buffer, text: string) => boolean;
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  #line = 1;
  /** Of the present chunk's first byte. */
  #offset = 0;
  /** What the brackets around the present place hold; of an array, it is known when its first entry begins. */
  #contents: 'rows' | 'unknown' | 'other' = 'other';
  #hasRows = false;
  #rowLine = 0;
  #rowOffset = 0;
  /** A row has begun and not ended: its bytes in former chunks. */
  #parts: Buffer[] | undefined;
  #partBytes = 0;

  constructor(container: JsonContainer, path: string, validText: (bytes: Buffer, text: string) => boolean) {
    this.#rowDepth = container === 'array' ? 1 : 2;
    this.#path = path;
    this.#validText = validText;
  }

  add(chunk: Buffer): TextLine[] {
    const rows: TextLine[] = [];
    let start = this.#parts === undefined ? -1 : 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      if (byte === lineFeed) this.#line += 1;
      if (this.#inString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === backslash) this.#isEscaped = true;
        else if (byte === quote) this.#inString = false;
        continue;
      }
      if (byte <= 0x20) continue;
      const isBetween = this.#depth === this.#rowDepth && byte !== comma && byte !== closeBracket;
      if (isBetween && start === -1 && this.#isRow(byte)) {
        start = at;
        this.#parts = [];
        this.#rowLine = this.#line;
        this.#rowOffset = this.#offset + at;
      }
      if (byte === quote) this.#inString = true;
      else if (byte === openBrace || byte === openBracket) {
        this.#depth += 1;
        if (this.#depth === this.#rowDepth) this.#contents = byte === openBracket ? 'unknown' : 'other';
      } else if (byte === closeBrace || byte === closeBracket || byte === comma) {
        if (byte !== comma) this.#depth -= 1;
        const endsRow = byte === comma ? this.#depth === this.#rowDepth : this.#depth <= this.#rowDepth;
        if (endsRow && start !== -1) {
          // The bracket of a row belongs to it; a comma, or the bracket of the array, does not.
          const isOwn = byte !== comma && this.#depth === this.#rowDepth;
          rows.push(this.#row(chunk.subarray(start, isOwn ? at + 1 : at)));
          start = -1;
        }
      }
    }
    if (start !== -1) {
      this.#parts?.push(chunk.subarray(start));
      this.#partBytes += chunk.length - start;
      if (this.#partBytes > longestRowBytes) {
        throw this.#unsupported(
          `the row that begins at line ${this.#rowLine} is longer than 64 MiB: is a bracket missing?`,
        );
      }
    }
    this.#offset += chunk.length;
    return rows;
  }

  end(): TextLine[] {
    return this.#parts === undefined ? [] : [this.#row(Buffer.alloc(0))];
  }

  /** Whether what begins at the depth of rows is one. Of an object, arrays that begin with anything but an object hold none. */
  #isRow(byte: number): boolean {
    if (this.#contents === 'unknown') {
      this.#contents = this.#rowDepth === 1 || byte === openBrace ? 'rows' : 'other';
      if (this.#contents === 'rows' && this.#hasRows) {
        throw this.#unsupported('it holds several arrays of objects. Write one file for each of them.');
      }
      if (this.#contents === 'rows') this.#hasRows = true;
    }
    return this.#contents === 'rows';
  }

  #row(last: Buffer): TextLine {
    const bytes = Buffer.concat([...(this.#parts ?? []), last]);
    this.#parts = undefined;
    this.#partBytes = 0;
    const text = bytes.toString('utf8').trimEnd();
    return { text, line: this.#rowLine, byteOffset: this.#rowOffset, isValid: this.#validText(bytes, text) };
  }

  #unsupported(what: string): AttuneError {
    return new AttuneError(
      'FORMAT_UNSUPPORTED',
      `Expected rows in the JSON document ${this.#path}, but ${what}`,
    );
  }
}
