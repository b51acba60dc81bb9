import type { Readable } from 'node:stream';
import { type Checked, checkDocumentWrite, type DocumentWrite } from '@attune/schema';
import type { WriteResult } from '@attune/store';
import { BulkErrors } from './bulk-errors.js';
import { type Answerable, answerable, type Finding, HttpError } from './errors.js';
import { parseJson } from './json.js';
import type { Line } from './lines.js';
import { SpooledLines } from './spooled-lines.js';

/** One unit is written as a whole; large enough to share the disk's sync, small enough to hold nobody up. */
export const unitLines = 500;
const unitBytes = 1024 * 1024;

type Write = (writes: readonly Checked<DocumentWrite>[], isLast: boolean) => Promise<WriteResult[]>;

/** After so many wrong lines and none that is right, the file is not what it was taken for. */
const mostWrongAtFirst = 100;

/**
 * Writes lines in units, in their order, and collects a line of answer for each. A bad line is answered with its error and the rest is written;
 * once a unit could not be written, nothing after it is, so that the order of writes is kept.
 */
export class BulkWriter {
  readonly #write: Write;
  readonly #maxDepth: number;
  readonly #folder: string;
  readonly #called: 'line' | 'document';
  readonly #errors = new BulkErrors();
  /** Of lines, while none was right. */
  #wrongAtFirst: Finding[] | undefined = [];
  readonly #answered = new SpooledLines();
  /** What follows, from the first line of the present unit on: JSON, one a line; undefined until the unit is written, and where its error is counted. */
  #answers: (string | undefined)[] = [];
  #unit: { write: Checked<DocumentWrite>; answer: number; line: number }[] = [];
  #unitBytes = 0;
  #failure: Pick<Answerable, 'code' | 'detail'> | undefined;
  /** Documents written. */
  written = 0;

  /** @param options  `called`: what a line is called in messages */
  constructor(write: Write, options: { maxDepth: number; folder: string; called: 'line' | 'document' }) {
    this.#write = write;
    this.#maxDepth = options.maxDepth;
    this.#folder = options.folder;
    this.#called = options.called;
  }

  /** @throws {HttpError} 422 INVALID_ARGUMENT with the first errors, when 100 lines are wrong and none is right: then nothing is written */
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
      this.#wrongAtFirst = undefined;
    } catch (error) {
      const answer = answerable(error, this.#folder);
      this.#refuse(line.number, answer);
      this.#giveUp(line.number, answer);
    }
  }

  /** Writes what is left. */
  async end(): Promise<void> {
    if (this.#unit.length > 0) await this.#flush(true);
  }

  /** All answers, once. */
  async answers(): Promise<string | Readable> {
    await this.#spool();
    await this.#answered.add(this.#errors.counted().map((error) => JSON.stringify(error)));
    return this.#answered.take();
  }

  /** Of answers that are not taken. */
  discard(): Promise<void> {
    return this.#answered.discard();
  }

  /** An error that ends the request after some lines: it is answered as one more line. */
  refuseRest(line: number, error: unknown): void {
    this.#refuse(line, answerable(error, this.#folder));
  }

  /** Rows of a table that were no documents. */
  refuseRows({ count, detail }: { count: number; detail: string }): void {
    this.#answers.push(JSON.stringify({ count, error: { code: 'DATA_INVALID', detail } }));
  }

  #spool(): Promise<void> {
    const answers = this.#answers.filter((answer) => answer !== undefined);
    this.#answers = [];
    return this.#answered.add(answers);
  }

  #refuse(line: number, error: Pick<Answerable, 'code' | 'detail'>): void {
    const told = this.#errors.add(line, error);
    if (told !== undefined) this.#answers.push(JSON.stringify(told));
  }

  #giveUp(line: number, { detail, findings }: Answerable): void {
    if (this.#wrongAtFirst === undefined) return;
    this.#wrongAtFirst.push({ pointer: findings?.[0]?.pointer ?? '', detail, line });
    if (this.#wrongAtFirst.length < mostWrongAtFirst) return;
    throw new HttpError(
      422,
      'INVALID_ARGUMENT',
      `Expected documents, but the first ${mostWrongAtFirst} ${this.#called}s are all wrong. Nothing was written. ${detail}`,
      { findings: this.#wrongAtFirst },
    );
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
      for (const [i, { answer, line }] of unit.entries())
        this.#answers[answer] = JSON.stringify({ line, ...results[i] });
      this.written += unit.length;
    } catch (error) {
      if (this.written === 0) throw error;
      this.#failure = answerable(error, this.#folder);
      for (const { answer, line } of unit) {
        const told = this.#errors.add(line, this.#failure);
        if (told !== undefined) this.#answers[answer] = JSON.stringify(told);
      }
    }
    await this.#spool();
  }

  /** @throws {AttuneError} INVALID_ARGUMENT naming the line and its member */
  #read({ bytes, tooLong, number }: Line): Checked<DocumentWrite> {
    const what = `${this.#called} ${number}`;
    if (tooLong) {
      throw new HttpError(413, 'INVALID_ARGUMENT', `Expected ${what} to be at most 1 MiB, but it is longer.`);
    }
    return checkDocumentWrite(parseJson(bytes, what, this.#maxDepth), what);
  }
}
