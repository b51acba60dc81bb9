import { AttuneError } from '@attune/errors';
import type { ReleaseRecord } from '@attune/store';
import { type BatchFigures, Coalescer } from './coalescer.js';
import { checkEmbedItem, type Embedded, type EmbedItem, embedCoalescer } from './embedding.js';
import type { GenerationState, ReleaseWork, SearchReply } from './messages.js';
import { type SearchItem, searchBatch } from './search-item.js';
import { errorOf, type LinkEvents, ThreadLink } from './thread-link.js';

/** Searches of one message. */
const batchSearches = 256;

export interface GenerationOptions {
  /** Of the release; it changes when a roll back makes this generation another release. */
  number: number;
  release: ReleaseRecord;
  /** Folder of the bundle. */
  bundle: string;
  work: ReleaseWork;
  mostWaiting: number;
  events: LinkEvents;
  /** Told of each batch of searches. */
  searched?: ((figures: BatchFigures) => void) | undefined;
}

export type FoundHits = Exclude<SearchReply, { code: string }>;

/** A release in memory, as the thread that serves HTTP sees it: what it holds is in a thread of its own. */
export class Generation {
  number: number;
  readonly release: ReleaseRecord;
  readonly indexFolder: string;
  /** Resolves when it answers. */
  readonly opened: Promise<void>;
  #state: GenerationState | undefined;
  readonly #link: ThreadLink;
  readonly #searches: Coalescer<SearchItem, FoundHits>;
  readonly #embeds: Coalescer<EmbedItem, Embedded>;

  constructor({ number, release, bundle, work, mostWaiting, events, searched }: GenerationOptions) {
    this.number = number;
    this.release = release;
    this.indexFolder = work.indexFolder;
    this.#link = new ThreadLink(
      { bundle, release: work },
      {
        ...events,
        died: (reason) => {
          this.#state = undefined;
          this.#refuse(
            new AttuneError('UNAVAILABLE', `Its thread has ended: ${reason}. Try again in a moment.`),
          );
          events.died?.(reason);
        },
      },
    );
    this.#searches = new Coalescer({
      weightOf: () => 1,
      batchWeight: batchSearches,
      mostWaiting,
      send: (items) => this.#send(items),
      worked: searched,
    });
    this.#embeds = embedCoalescer(this.#link, () => this.#known(), mostWaiting);
    this.opened = this.#link.opened.then((state) => {
      this.#state = state;
    });
    this.opened.catch(() => undefined);
  }

  get isReady(): boolean {
    return this.#state !== undefined;
  }

  /** Searches that wait for their batch. */
  get waitingSearches(): number {
    return this.#searches.waiting;
  }

  /** What it holds; undefined while it does not answer. */
  get state(): GenerationState | undefined {
    return this.#state;
  }

  /** @throws {AttuneError} UNAVAILABLE, OVERLOADED, CANCELLED, DIMENSION_MISMATCH, INVALID_ARGUMENT */
  async search(item: SearchItem, signal?: AbortSignal): Promise<FoundHits> {
    const { dim } = this.#known();
    if (item.vector && item.vector.length !== dim) {
      throw new AttuneError(
        'DIMENSION_MISMATCH',
        `Expected a vector of ${dim} numbers (the dim of ${this.release.bundle}), but received ${item.vector.length}. Was it ` +
          'made by the model in service?',
      );
    }
    return this.#searches.ask(item, signal);
  }

  /** @throws {AttuneError} UNAVAILABLE, OVERLOADED, CANCELLED, INVALID_ARGUMENT */
  async embed(item: EmbedItem, signal?: AbortSignal): Promise<Embedded> {
    this.#known();
    checkEmbedItem(item);
    return this.#embeds.ask(item, signal);
  }

  /** Takes in what was written to the store since. */
  async refresh(): Promise<GenerationState> {
    this.#known();
    const state = await this.#link.request({ kind: 'refresh' });
    if (this.#state) this.#state = state;
    return state;
  }

  /** Answers what it was asked, then ends. */
  async close(options: { save: boolean; timeoutMs: number }): Promise<void> {
    if (this.isReady) await Promise.all([this.#searches.drained(), this.#embeds.drained()]);
    await this.#link.close(options);
    this.#state = undefined;
  }

  #known(): GenerationState {
    if (this.#state) return this.#state;
    throw new AttuneError('UNAVAILABLE', 'The collection is being opened. Try again in a moment.');
  }

  async #send(items: SearchItem[]): Promise<(FoundHits | AttuneError)[]> {
    const batch = searchBatch(items, this.#known().dim);
    const replies = await this.#link.request({ kind: 'search', batch }, [
      batch.vectors.buffer as ArrayBuffer,
    ]);
    return replies.map((reply) => ('code' in reply ? errorOf(reply) : reply));
  }

  #refuse(error: AttuneError): void {
    this.#searches.refuse(error);
    this.#embeds.refuse(error);
  }
}
