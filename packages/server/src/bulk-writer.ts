import { type Checked, checkDocumentWrite, type DocumentWrite } from '@attune/schema';
import type { WriteResult } from '@attune/store';
import { answerable, HttpError } from './errors.js';
import { parseJson } from './json.js';
import type { Line } from './lines.js';

/** One unit is written as a whole; large enough to share the disk's sync, small enough to hold nobody up. */
export const unitLines = 500;
const unitBytes = 1024 * 1024;

type Write = (writes: readonly Checked<DocumentWrite>[], isLast: boolean) => Promise<WriteResult[]>;

/**
 * Writes lines in units, in their order, and collects a line of answer for each. A bad line is answered with its error and the rest is written;
 * once a unit could not be written, nothing after it is, so that the order of writes is kept.
 */
export class BulkWriter {
  readonly #write: Write;
  readonly #maxDepth: number;
  readonly #folder: string;
  /** JSON, one a line; undefined until its unit is written. */
  readonly #answers: (string | undefined)[] = [];
  #unit: { write: Checked<DocumentWrite>; answer: number; line: number }[] = [];
  #unitBytes = 0;
  #failure: { code: string; detail: string } | undefined;
  /** Documents written. */
  written = 0;

  constructor(write: Write, options: { maxDepth: number; folder: string }) {
    this.#write = write;
    this.#maxDepth = options.maxDepth;
    this.#folder = options.folder;
  }

  async add(line: Line): Promise<void> {
    // A full unit waits for the line after it, so that the last unit is known to be the last.
    if (this.#unit.length >= unitLines || this.#unitBytes >= unitBytes) await this.#flush(false);
    if (this.#failure !== undefined) {
      this.#refuse(line.number, this.#failure);
      return;
    }
    try {
      this.#unit.push({ write: this.#read(line), answer: this.#answers.length, line: line.number });
      this.#unitBytes += line.bytes.length;
      this.#answers.push(undefined);
    } catch (error) {
      const { code, detail } = answerable(error, this.#folder);
      this.#refuse(line.number, { code, detail });
    }
  }

  /** Writes what is left. Then `answers` is complete. */
  async end(): Promise<void> {
    if (this.#unit.length > 0) await this.#flush(true);
  }

  /** An error that ends the request after some lines: it is answered as one more line. */
  refuseRest(line: number, error: unknown): void {
    const { code, detail } = answerable(error, this.#folder);
    this.#refuse(line, { code, detail });
  }

  get answers(): string {
    return this.#answers.length === 0 ? '' : `${this.#answers.join('\n')}\n`;
  }

  #refuse(line: number, error: { code: string; detail: string }): void {
    this.#answers.push(JSON.stringify({ line, error }));
  }

  /** @throws the error of the first unit; a later one's is in the answers */
  async #flush(isLast: boolean): Promise<void> {
    const unit = this.#unit;
    this.#unit = [];
    this.#unitBytes = 0;
    try {
      const results = await this.#write(
        unit.map(({ write }) => write),
        isLast,
      );
      for (const [i, { answer }] of unit.entries()) this.#answers[answer] = JSON.stringify(results[i]);
      this.written += unit.length;
    } catch (error) {
      if (this.written === 0) throw error;
      const { code, detail } = answerable(error, this.#folder);
      this.#failure = { code, detail };
      for (const { answer, line } of unit) {
        this.#answers[answer] = JSON.stringify({ line, error: this.#failure });
      }
    }
  }

  /** @throws {AttuneError} INVALID_ARGUMENT naming the line and its member */
  #read({ bytes, tooLong, number }: Line): Checked<DocumentWrite> {
    const what = `line ${number}`;
    if (tooLong) {
      throw new HttpError(413, 'INVALID_ARGUMENT', `Expected ${what} to be at most 1 MiB, but it is longer.`);
    }
    return checkDocumentWrite(parseJson(bytes, what, this.#maxDepth), what);
  }
}
