import { sep } from 'node:path';
import type { Encoder, TokenizedTexts } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { type LiveSegment, readIndex, Segment, type SegmentsUpdate, View, writeIndex } from '@attune/search';
import { type Link, type Parent, startThread, Transfer } from '@attune/worker';
import { indexingThread } from '../programs.js';
import type { IndexingProtocol } from './indexing-protocol.js';
import type { GenerationState, ReleaseWork, SearchingProtocol } from './searching-protocol.js';

/** The thread that serves HTTP, as the searching thread sees it. */
type Service = Parent<SearchingProtocol['parent']>;

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
  readonly #service: Service;
  readonly #indexing: Link<IndexingProtocol>;
  #view!: View;
  #tailRows = 0;
  /** By key. */
  #segments = new Map<number, Segment>();
  /** The segment whose files lie in the folder. */
  #saved: Segment | undefined;
  #saving: Promise<void> = Promise.resolve();
  /** Refreshes happen one after another. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(work: ReleaseWork, encoder: Encoder, service: Service) {
    this.#work = work;
    this.#encoder = encoder;
    this.#service = service;
    const { fingerprint, dim, bundle, tokenizer } = encoder;
    const { kind, preprocessing } = bundle;
    this.#indexing = startThread<IndexingProtocol>(indexingThread, {
      name: 'attune-indexing',
      stopFlag: service.stopFlag,
      open: {
        release: work,
        encoder: { fingerprint, dim, kind, preprocessing, tokenizer: tokenizer.settings },
      },
      handlers: {
        encode: (tokens) => this.#encode(tokens),
        keep: (made) => service.call('keep', made, { transfer: [made.vectors.buffer as ArrayBuffer] }),
        progress: (progress) => service.tell('progress', progress),
        coverage: (coverage) => service.tell('coverage', coverage),
        note: (note) => service.tell('note', note),
      },
      closed: () => new AttuneError('UNAVAILABLE', 'The collection is being closed.'),
      died: ({ reason }) => {
        // Neither thread is of use without the other: nobody catches this, so that it ends the searching thread too.
        throw new AttuneError('UNAVAILABLE', `its indexing thread has ended: ${reason}`);
      },
    });
  }

  /** From its files, else from the store; then what was written since. */
  static async open(work: ReleaseWork, encoder: Encoder, service: Service): Promise<ReleaseIndex> {
    if (encoder.fingerprint !== work.fingerprint) {
      throw new AttuneError(
        'BUNDLE_MISMATCH',
        `The release was made with the bundle ${work.fingerprint}, but ${encoder.bundle.name} is ${encoder.fingerprint} now. ` +
          'Put the right bundle back in its place.',
      );
    }
    const index = new ReleaseIndex(work, encoder, service);
    try {
      if (!(work.useFiles && (await index.#load()))) {
        await index.#rebuild();
        index.#saveMeanwhile();
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
    const { sequence, documents, withoutVector, base } = this.#view;
    return {
      dim: this.#encoder.dim,
      sequence,
      documents,
      withoutText: withoutVector,
      baseRows: base.count,
      tailRows: this.#tailRows,
    };
  }

  /** Takes in what was written since. Searches under way end with what they began with, and others are answered meanwhile. */
  refresh(): Promise<void> {
    const done = this.#last.then(async () => {
      const shown = { sequence: this.#view.sequence, keys: [...this.#segments.keys()] };
      const update = await this.#indexing.call('refresh', shown);
      if (update) await this.#show(update);
    });
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Writes the files, where what searches see is not in them. */
  async save(): Promise<void> {
    await this.#last;
    await this.#saving;
    const { base, documents } = this.#view;
    const isWhole = this.#tailRows === 0;
    if (base.count === 0 && isWhole) return;
    if (!isWhole && documents <= mostSavedAtClose) await this.#rebuild();
    if (this.#saved !== this.#view.base) await this.#write(this.#view.base, this.#view.sequence);
  }

  async close(): Promise<void> {
    await this.#saving;
    await this.#indexing.close();
  }

  async #load(): Promise<boolean> {
    const { indexFolder, fingerprint, lexical, data } = this.#work;
    const store = await this.#indexing.call('store');
    try {
      const { segment, manifest } = await readIndex(indexFolder, { fingerprint, lexical, store });
      const { sequence } = manifest;
      await this.#indexing.call('adopt', { key: loadedKey, ids: segment.ids.data, sequence });
      this.#segments.set(loadedKey, segment);
      this.#view = View.of(segment, sequence);
      this.#saved = segment;
      return true;
    } catch (error) {
      if (!(error instanceof AttuneError)) throw error;
      // Places are said within the data folder.
      const why = error.message.replaceAll(`${data}${sep}`, '');
      this.#warn(`The index is made again from the store (${error.code}): ${why}`);
      return false;
    }
  }

  async #rebuild(): Promise<void> {
    await this.#show(await this.#indexing.call('rebuild'));
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

  async #encode(tokens: TokenizedTexts): Promise<Transfer<Float32Array>> {
    const vectors = await this.#encoder.encodeTokens(tokens, { signal: this.#service.stopped });
    return new Transfer(vectors, [vectors.buffer as ArrayBuffer]);
  }

  /** Beside the searches: nobody waits for it. */
  #saveMeanwhile(): void {
    const { base, sequence } = this.#view;
    const write = async () => {
      try {
        await this.#write(base, sequence);
      } catch (error) {
        this.#warn(`The index could not be saved: ${(error as Error).message}`);
      }
    };
    this.#saving = this.#saving.then(write);
  }

  async #write(segment: Segment, sequence: number): Promise<void> {
    const { indexFolder, fingerprint, lexical } = this.#work;
    const { id: store } = await this.#indexing.call('store');
    await writeIndex(indexFolder, segment, { store, sequence, fingerprint, lexical }, { force: true });
    this.#saved = segment;
  }

  #warn(message: string): void {
    this.#service.tell('note', { level: 'warn', message });
  }
}
