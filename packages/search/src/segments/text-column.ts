/** The plain data of a TextColumn: it may be handed to another thread. */
export interface TextColumnData {
  /** UTF-8, each text with a line feed behind it */
  bytes: Uint8Array<ArrayBuffer>;
  /** [rows], where each text's line feed is */
  ends: Float64Array<ArrayBuffer>;
}

const lineFeed = 10;

/** Texts of one line each, by row, outside of JavaScript's heap: to hold a million of them gives the collector nothing to do. */
export class TextColumn {
  readonly #data: TextColumnData;
  readonly #bytes: Buffer;

  constructor(data: TextColumnData) {
    this.#data = data;
    this.#bytes = Buffer.from(data.bytes.buffer, data.bytes.byteOffset, data.bytes.byteLength);
  }

  static of(texts: readonly string[]): TextColumn {
    const ends = new Float64Array(texts.length);
    let size = 0;
    for (const [row, text] of texts.entries()) {
      size += Buffer.byteLength(text);
      ends[row] = size++;
    }
    const bytes = new Uint8Array(size);
    const buffer = Buffer.from(bytes.buffer);
    let begin = 0;
    for (const [row, text] of texts.entries()) {
      buffer.write(text, begin);
      bytes[ends[row]!] = lineFeed;
      begin = ends[row]! + 1;
    }
    return new TextColumn({ bytes, ends });
  }

  /** Of the lines of a file, whose last byte is a line feed. */
  static ofLines(bytes: Uint8Array<ArrayBuffer>): TextColumn {
    let count = 0;
    for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) ++count;
    const ends = new Float64Array(count);
    for (let row = 0, at = -1; row < count; ++row) ends[row] = at = bytes.indexOf(lineFeed, at + 1);
    return new TextColumn({ bytes, ends });
  }

  get count(): number {
    return this.#data.ends.length;
  }

  /** Not copied: who hands it over is done with the column. */
  get data(): TextColumnData {
    return this.#data;
  }

  /** @param skip  bytes of the text's beginning that are left out */
  at(row: number, skip = 0): string {
    const { ends } = this.#data;
    const begin = row === 0 ? 0 : ends[row - 1]! + 1;
    return this.#bytes.toString('utf8', begin + skip, ends[row]!);
  }

  *[Symbol.iterator](): Generator<string> {
    for (let row = 0; row < this.count; ++row) yield this.at(row);
  }
}
