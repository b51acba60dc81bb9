import { sep } from 'node:path';
import type { Encoder } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import type { LexicalStatistics } from '@attune/search';
import { StoreReader } from '@attune/store';
import { readIndex, writeIndex } from './index-files.js';
import type { GenerationState, MadeVectors, ReleaseWork } from './messages.js';
import { Segment } from './segment.js';
import { packedVectors, StoreSource, type VectorRow } from './store-source.js';
import { View } from './view.js';

/** What the thread is told by: its notes, and its vectors on their way to the store. */
export interface Outside {
  note(level: 'info' | 'warn', message: string): void;
  /** Never rejects. */
  keep(made: MadeVectors): Promise<void>;
  progress(done: number, total: number): void;
  /** @throws {AttuneError} CANCELLED once the thread is to end without saving */
  checkWanted(): void;
  signal: AbortSignal;
}

/** Beyond so many documents an index is not made anew to be saved while a service closes. */
const mostSavedAtClose = 200_000;

/** The index of one release of a collection: opened or made, kept up to date with the store, saved. */
export class ReleaseIndex {
  readonly #work: ReleaseWork;
  readonly #encoder: Encoder;
  readonly #reader: StoreReader;
  readonly #source: StoreSource;
  readonly #outside: Outside;
  #view: View;
  readonly #tail = new Map<string, VectorRow>();
  readonly #superseded = new Set<number>();
  /** The segment whose files lie in the folder. */
  #saved: Segment | undefined;
  #saving: Promise<void> = Promise.resolve();
  /** Refreshes happen one after another. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(work: ReleaseWork, encoder: Encoder, reader: StoreReader, outside: Outside) {
    this.#work = work;
    this.#encoder = encoder;
    this.#reader = reader;
    this.#outside = outside;
    const { collection, lexical } = work;
    const { keep, progress, checkWanted, signal } = outside;
    this.#source = new StoreSource({
      reader,
      collection,
      encoder,
      lexical,
      keep,
      progress,
      checkWanted,
      signal,
    });
    this.#view = new View(this.#segment([]), undefined, this.#superseded, 0);
  }

  /** From its files, else from the store; then what was written since. */
  static async open(work: ReleaseWork, encoder: Encoder, outside: Outside): Promise<ReleaseIndex> {
    if (encoder.fingerprint !== work.fingerprint) {
      throw new AttuneError(
        'BUNDLE_MISMATCH',
        `The release was made with the bundle ${work.fingerprint}, but ${encoder.bundle.name} is ${encoder.fingerprint} now. ` +
          'Put the right bundle back in its place.',
      );
    }
    const reader = StoreReader.open(work.data);
    try {
      const index = new ReleaseIndex(work, encoder, reader, outside);
      if (!(work.useFiles && (await index.#load()))) {
        await index.#rebuild();
        index.#save();
      }
      await index.refresh();
      return index;
    } catch (error) {
      reader.close();
      throw error;
    }
  }

  get view(): View {
    return this.#view;
  }

  get state(): GenerationState {
    const { fingerprint, dim, bundle } = this.#encoder;
    const { sequence, documents, base } = this.#view;
    return {
      fingerprint,
      kind: bundle.kind,
      dim,
      sequence,
      documents,
      baseRows: base.count,
      tailRows: Math.max(this.#tail.size, this.#superseded.size),
    };
  }

  /** Takes in what was written since. Searches under way go on with what they began with. */
  refresh(): Promise<void> {
    const done = this.#last.then(() => this.#refresh());
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** @param save  write the files if what searches see is not in them */
  async close(save: boolean): Promise<void> {
    await this.#last;
    await this.#saving;
    try {
      if (save) await this.#saveAll();
    } finally {
      this.#reader.close();
    }
  }

  async #load(): Promise<boolean> {
    const { indexFolder, fingerprint, lexical, data } = this.#work;
    try {
      const { segment, sequence } = await readIndex(indexFolder, { fingerprint, lexical });
      this.#show(segment, sequence);
      this.#saved = segment;
      return true;
    } catch (error) {
      if (!(error instanceof AttuneError)) throw error;
      // Places are said within the data folder.
      const why = error.message.replaceAll(`${data}${sep}`, '');
      this.#outside.note('warn', `The index is made again from the store (${error.code}): ${why}`);
      return false;
    }
  }

  async #rebuild(): Promise<void> {
    const { rows, sequence } = await this.#source.all();
    this.#show(this.#segment(rows), sequence);
  }

  #segment(rows: readonly VectorRow[], statistics?: LexicalStatistics): Segment {
    const { dim, fingerprint } = this.#encoder;
    const { lexical } = this.#work;
    return Segment.build(
      rows.map(({ row }) => row),
      packedVectors(rows, dim),
      { dim, fingerprint, lexical },
      statistics,
    );
  }

  #show(base: Segment, sequence: number): void {
    this.#tail.clear();
    this.#superseded.clear();
    this.#view = new View(base, undefined, this.#superseded, sequence);
  }

  async #refresh(): Promise<void> {
    const { rows, sequence } = await this.#source.since(this.#view.sequence);
    if (sequence === this.#view.sequence) return;
    const { base } = this.#view;
    const written = rows.filter((each) => typeof each !== 'string').length;
    if (base.count === 0 || base.count + this.#tail.size + written <= this.#work.foldRows) {
      await this.#rebuild();
      return;
    }
    for (const each of rows) {
      const id = typeof each === 'string' ? each : each.row.id;
      const row = base.rowOf(id);
      if (row !== undefined) this.#superseded.add(row);
      // Taken out first, so that rows are in the order of their last writes.
      this.#tail.delete(id);
      if (typeof each !== 'string') this.#tail.set(id, each);
    }
    const statistics = base.words.statistics;
    const tail = this.#segment([...this.#tail.values()], statistics.meanLength > 0 ? statistics : undefined);
    this.#view = new View(base, tail, this.#superseded, sequence);
  }

  /** Beside the searches: nobody waits for it. */
  #save(): void {
    const { base, sequence } = this.#view;
    const write = async () => {
      try {
        await this.#write(base, sequence);
      } catch (error) {
        this.#outside.note('warn', `The index could not be saved: ${(error as Error).message}`);
      }
    };
    this.#saving = this.#saving.then(write);
  }

  async #write(segment: Segment, sequence: number): Promise<void> {
    const { indexFolder, fingerprint, lexical } = this.#work;
    await writeIndex(indexFolder, { segment, sequence, fingerprint, lexical });
    this.#saved = segment;
  }

  async #saveAll(): Promise<void> {
    const { base, documents } = this.#view;
    const isWhole = this.#tail.size === 0 && this.#superseded.size === 0;
    if (base.count === 0 && isWhole) return;
    if (!isWhole && documents <= mostSavedAtClose) await this.#rebuild();
    if (this.#saved !== this.#view.base) await this.#write(this.#view.base, this.#view.sequence);
  }
}
