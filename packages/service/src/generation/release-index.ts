import { sep } from 'node:path';
import type { Encoder } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { type LiveSegment, readIndex, Segment, type SegmentsUpdate, View, writeIndex } from '@attune/search';
import { IndexingLink } from './indexing-link.js';
import type { Wish } from './indexing-messages.js';
import type { GenerationState, MadeVectors, ReleaseWork } from './messages.js';

/** What the searching thread is told by: its notes, and its vectors on their way to the store. */
export interface Outside {
  note(level: 'info' | 'warn', message: string): void;
  /** Never rejects. */
  keep(made: MadeVectors): Promise<void>;
  progress(done: number, total: number): void;
  /** The indexing thread ended without being asked to. */
  died(reason: string): void;
  /** One number, not 0 once the threads are to end without saving. */
  stop: SharedArrayBuffer;
  signal: AbortSignal;
}

/** Beyond so many documents an index is not made anew to be saved while a service closes. */
const mostSavedAtClose = 200_000;

const loadedKey = 0;

/**
 * The index of one release of a collection, as its searching thread holds it: opened from its files, kept up to date by what the indexing
 * thread makes, saved.
 */
export class ReleaseIndex {
  readonly #work: ReleaseWork;
  readonly #encoder: Encoder;
  readonly #outside: Outside;
  readonly #indexing: IndexingLink;
  #view!: View;
  #tailRows = 0;
  /** By key. */
  #segments = new Map<number, Segment>();
  /** The segment whose files lie in the folder. */
  #saved: Segment | undefined;
  #saving: Promise<void> = Promise.resolve();
  /** Refreshes happen one after another. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(work: ReleaseWork, encoder: Encoder, outside: Outside) {
    this.#work = work;
    this.#encoder = encoder;
    this.#outside = outside;
    const { fingerprint, dim, bundle, tokenizer } = encoder;
    const { kind, preprocessing } = bundle;
    const facts = { fingerprint, dim, kind, preprocessing, tokenizer: tokenizer.settings };
    this.#indexing = new IndexingLink(
      { release: work, encoder: facts, stop: outside.stop },
      { ...outside, wish: (wish) => this.#grant(wish) },
    );
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
    const index = new ReleaseIndex(work, encoder, outside);
    try {
      if (!(work.useFiles && (await index.#load()))) {
        await index.#rebuild();
        index.#save();
      }
      await index.refresh();
      return index;
    } catch (error) {
      await index.#indexing.close();
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
      tailRows: this.#tailRows,
    };
  }

  /** Takes in what was written since. Searches under way go on with what they began with, and others are answered meanwhile. */
  refresh(): Promise<void> {
    const done = this.#last.then(async () => {
      const shown = { sequence: this.#view.sequence, keys: [...this.#segments.keys()] };
      const update = await this.#indexing.request({ kind: 'refresh', shown });
      if (update) await this.#show(update);
    });
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
      await this.#indexing.close();
    }
  }

  async #load(): Promise<boolean> {
    const { indexFolder, fingerprint, lexical, data } = this.#work;
    try {
      const { segment, manifest } = await readIndex(indexFolder, { fingerprint, lexical });
      const { sequence } = manifest;
      await this.#indexing.request({
        kind: 'adopt',
        base: { key: loadedKey, ids: segment.ids.data, sequence },
      });
      this.#segments.set(loadedKey, segment);
      this.#view = View.of(segment, sequence);
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
    await this.#show(await this.#indexing.request({ kind: 'rebuild' }));
  }

  /** Puts together what was made, then flips. */
  async #show({ segments, sequence, tailRows }: SegmentsUpdate): Promise<void> {
    const shown = new Map<number, Segment>();
    const live: LiveSegment[] = [];
    for (const { key, columns, ...each } of segments) {
      const segment = columns ? await Segment.of(columns, this.#encoder) : this.#segments.get(key)!;
      shown.set(key, segment);
      live.push({ segment, ...each });
    }
    this.#segments = shown;
    this.#tailRows = tailRows;
    this.#view = new View(live, sequence);
  }

  async #grant(wish: Wish): Promise<Float32Array | undefined> {
    if (wish.kind === 'encode')
      return this.#encoder.encodeTokens(wish.tokens, { signal: this.#outside.signal });
    await this.#outside.keep(wish.made);
    return undefined;
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
    await writeIndex(indexFolder, segment, { sequence, fingerprint, lexical }, { force: true });
    this.#saved = segment;
  }

  async #saveAll(): Promise<void> {
    const { base, documents } = this.#view;
    const isWhole = this.#tailRows === 0;
    if (base.count === 0 && isWhole) return;
    if (!isWhole && documents <= mostSavedAtClose) await this.#rebuild();
    if (this.#saved !== this.#view.base) await this.#write(this.#view.base, this.#view.sequence);
  }
}
