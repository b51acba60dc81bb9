import { HttpError } from './errors.js';
import { type Line, type LineLimits, tooLarge } from './lines.js';

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openBrace, openBracket, closeBrace, closeBracket] = [0x7b, 0x5b, 0x7d, 0x5d];
const byteOrderMark = [0xef, 0xbb, 0xbf];
const nothing = Buffer.alloc(0);

/**
 * Cuts a JSON list into its entries as it arrives, each a "line" whose number is its place, from 1; what is no list is its only entry.
 * Brackets and quotes alone are looked at: whether an entry is JSON is for its reader to say.
 *
 * @throws {HttpError} 413 beyond `maxBytes` or `maxLines`, 400 for a list without an end or with something behind it; after the entries before
 */
export async function* elementsOf(stream: AsyncIterable<Buffer>, limits: LineLimits): AsyncGenerator<Line> {
  const cutter = new ElementCutter(limits);
  let received = 0;
  for await (const chunk of stream) {
    received += chunk.length;
    if (received > limits.maxBytes) throw tooLarge(`${limits.maxBytes} bytes`);
    yield* cutter.add(chunk);
  }
  yield* cutter.end();
}

class ElementCutter {
  readonly #limits: LineLimits;
  #isList: boolean | undefined;
  #hasEnded = false;
  /** Brackets that are open within the present entry. */
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  #number = 0;
  /** Of the present entry, in former chunks. */
  #parts: Buffer[] = [];
  #partBytes = 0;
  /** Something other than blanks was read of the present entry. */
  #isOpen = false;

  constructor(limits: LineLimits) {
    this.#limits = limits;
  }

  *add(chunk: Buffer): Generator<Line> {
    let start = 0;
    for (let at = 0; at < chunk.length; ++at) {
      const byte = chunk[at]!;
      if (this.#inString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === backslash) this.#isEscaped = true;
        else if (byte === quote) this.#inString = false;
        continue;
      }
      if (byte <= 0x20) continue;
      if (this.#hasEnded) throw wrongList('something stands behind it');
      if (this.#isList === undefined) {
        if (byteOrderMark.includes(byte)) continue;
        this.#isList = byte === openBracket;
        start = this.#isList ? at + 1 : at;
        if (this.#isList) continue;
      }
      if (byte === quote) this.#inString = true;
      else if (byte === openBrace || byte === openBracket) ++this.#depth;
      else if (this.#isList && this.#depth === 0 && (byte === comma || byte === closeBracket)) {
        const isEmptyList = byte === closeBracket && !this.#isOpen && this.#number === 0;
        this.#hold(chunk.subarray(start, at));
        if (!isEmptyList) yield this.#take();
        this.#hasEnded = byte === closeBracket;
        start = at + 1;
        continue;
      } else if (byte === closeBrace || byte === closeBracket) --this.#depth;
      this.#isOpen = true;
    }
    if (this.#isList !== undefined && !this.#hasEnded) this.#hold(chunk.subarray(start));
  }

  *end(): Generator<Line> {
    if (this.#isList === true && !this.#hasEnded) throw wrongList('it ends too early');
    if (this.#isList === false) yield this.#take();
  }

  #hold(part: Buffer): void {
    this.#partBytes += part.length;
    if (this.#partBytes > this.#limits.maxLineBytes) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  #take(): Line {
    if (++this.#number > this.#limits.maxLines) throw tooLarge(`${this.#limits.maxLines} documents`);
    const tooLong = this.#partBytes > this.#limits.maxLineBytes;
    const bytes = tooLong ? nothing : this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#partBytes = 0;
    this.#isOpen = false;
    return { number: this.#number, bytes, tooLong };
  }
}

function wrongList(what: string): HttpError {
  return new HttpError(
    400,
    'INVALID_ARGUMENT',
    `Expected the body to be a JSON list of documents, but ${what}.`,
  );
}
