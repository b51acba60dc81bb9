import { type Coverage, coverageNote, type Reading } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { conditionsOf } from '@attune/schema';
import type { ReleaseRecord } from '@attune/store';
import { errorOf, type Link, startThread } from '@attune/worker';
import { type BatchFigures, Coalescer } from '../coalescer.js';
import { checkEmbedItem, type Embedded, type EmbedItem, embedCoalescer } from '../encoding/embed-requests.js';
import { searchingThread } from '../programs.js';
import { checkVectors } from './asked-query.js';
import { FilterWork } from './filter-work.js';
import { type Search, searchBatch } from './search-batch.js';
import {
  type EncodedTokens,
  type FoundHits,
  type GenerationState,
  longFilter,
  type MadeVectors,
  type Note,
  type Progress,
  type ReleaseWork,
  type SearchingProtocol,
} from './searching-protocol.js';

/** Texts and vectors that the searches of one message are for; as many hits as `hitsOfPart` count as one more. */
const batchParts = 256;
const hitsOfPart = 16;

/** Of the time to close, what saving may take; the rest is for the end of what cannot be saved. */
const savingShare = 0.7;

export interface GenerationOptions {
  /** Of the release; it changes when a roll back makes this generation another release. */
  number: number;
  release: ReleaseRecord;
  /** Folder of the bundle. */
  bundle: string;
  work: ReleaseWork;
  /** Searches that may wait, and as many requests for vectors. */
  mostWaiting: number;
  /** Conditions × rows of the long filters that are looked up at once. */
  mostFilterWork: number;
  note(note: Note): void;
  progress(progress: Progress): void;
  /** Gives vectors to the store. */
  keep(made: MadeVectors): Promise<void>;
  /** Told of the tokens of each batch of queries, and of documents. */
  encoded(role: 'query' | 'document', tokens: EncodedTokens): void;
  /** Its threads have ended without being asked to. */
  died(reason: string): void;
  /** Told of each batch of searches. */
  searched?: ((figures: BatchFigures) => void) | undefined;
}

/**
 * A release in memory, as the thread that serves HTTP sees it: encoder and index are in a thread of its own. Searches that come while
 * that one is busy are handed to it together.
 */
export class Generation {
  number: number;
  readonly release: ReleaseRecord;
  readonly indexFolder: string;
  /** Resolves when it answers. */
  readonly opened: Promise<void>;
  readonly #warn: (message: string) => void;
  readonly #thread: Link<SearchingProtocol>;
  readonly #searches: Coalescer<Search, FoundHits | typeof longFilter>;
  /** Searches whose filters are looked up before they are searched. */
  readonly #filtered = new Set<Promise<FoundHits>>();
  readonly #filterWork: FilterWork;
  readonly #embeds: Coalescer<EmbedItem, Embedded>;
  readonly #mostWaiting: number;
  #state: GenerationState | undefined;
  readonly #encodedQueries: (tokens: EncodedTokens) => void;
  #encoded = 0;
  #coverage: Coverage | undefined;
  #isWarned = false;

  constructor({ number, release, bundle, work, mostWaiting, mostFilterWork, ...options }: GenerationOptions) {
    this.number = number;
    this.release = release;
    this.indexFolder = work.indexFolder;
    this.#mostWaiting = mostWaiting;
    this.#filterWork = new FilterWork(mostFilterWork);
    const { note, progress, keep } = options;
    this.#warn = (message) => note({ level: 'warn', message });
    this.#encodedQueries = (tokens) => options.encoded('query', tokens);
    this.#thread = startThread<SearchingProtocol>(searchingThread, {
      name: 'attune-searching',
      open: { bundle, release: work },
      handlers: {
        note,
        progress,
        keep: (made) => {
          this.#encoded += made.ids.length;
          options.encoded('document', made.encoded);
          return keep(made);
        },
        coverage: (coverage) => this.#looked(coverage),
      },
      closed: () => unavailable('It has been closed'),
      died: ({ reason }) => {
        const error = unavailable(`Its thread has ended: ${reason}`);
        this.#state = undefined;
        this.#searches.refuse(error);
        this.#embeds.refuse(error);
        options.died(reason);
        return error;
      },
    });
    this.#searches = new Coalescer({
      weightOf: ({ query, limit }) =>
        (typeof query === 'string' || 'text' in query ? 1 : query.length) + Math.floor(limit / hitsOfPart),
      batchWeight: batchParts,
      mostWaiting,
      send: (searches) => this.#send(searches),
      worked: options.searched,
    });
    this.#embeds = embedCoalescer(
      {
        embed: (batch) => this.#thread.call('embed', batch),
        known: () => ({ dim: this.#known().dim, fingerprint: release.fingerprint }),
      },
      mostWaiting,
    );
    this.opened = this.#thread.opened.then((state) => {
      this.#state = state;
    });
    this.opened.catch(() => undefined);
  }

  get isReady(): boolean {
    return this.#state !== undefined;
  }

  /** Searches that wait for their batch, or for their filter. */
  get waitingSearches(): number {
    return this.#searches.waiting + this.#filtered.size;
  }

  /** What it holds; undefined while it does not answer. */
  get state(): GenerationState | undefined {
    return this.#state;
  }

  /** Documents whose vectors it has made: those of which the store had none. */
  get encoded(): number {
    return this.#encoded;
  }

  /** How much of the documents its model knows, as it was last looked at; undefined where its index was read from files. */
  get reading(): Reading | undefined {
    const { bundle: model } = this.release;
    return this.#coverage && { model, what: 'documents', coverage: this.#coverage };
  }

  /** @throws {AttuneError} UNAVAILABLE, OVERLOADED, CANCELLED, DIMENSION_MISMATCH, NOT_FINITE, INVALID_ARGUMENT */
  async search(search: Search, signal?: AbortSignal): Promise<FoundHits> {
    checkVectors(search.query, { dim: this.#known().dim, bundle: this.release.bundle });
    const found = await this.#searches.ask(search, signal);
    if (found !== longFilter) return found;
    if (this.#filtered.size >= this.#mostWaiting) {
      throw new AttuneError(
        'OVERLOADED',
        `${this.#mostWaiting} searches with long filters are waiting already. Try again in a moment, or send fewer at once.`,
      );
    }
    const { baseRows, tailRows } = this.#known();
    const work = conditionsOf(search.spec.filter!) * (baseRows + tailRows);
    const end = this.#filterWork.begin(search.specKey, work);
    const filtered = this.#searchFiltered(search, signal);
    this.#filtered.add(filtered);
    return filtered.finally(() => {
      this.#filtered.delete(filtered);
      end();
    });
  }

  /** Where the index has changed meanwhile, what is new in it is looked up with the search. */
  async #searchFiltered(search: Search, signal: AbortSignal | undefined): Promise<FoundHits> {
    await this.#thread.call('filter', search.spec.filter!, { signal });
    return (await this.#searches.ask({ ...search, isFiltered: true }, signal)) as FoundHits;
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
    const state = await this.#thread.call('refresh');
    if (this.#state) this.#state = state;
    return state;
  }

  /** Answers what it was asked, then ends; what takes longer than `timeoutMs` is stopped. */
  async close({ save, timeoutMs }: { save: boolean; timeoutMs: number }): Promise<void> {
    if (this.isReady) {
      await Promise.all([this.#searches.drained(), this.#embeds.drained()]);
      while (this.#filtered.size > 0) {
        await Promise.allSettled(this.#filtered);
        await this.#searches.drained();
      }
    }
    if (save) {
      this.#thread
        .call('save')
        .catch((error: AttuneError) => this.#warn(`The index was not saved: ${error.message}`));
    }
    try {
      const stopAfterMs = save ? savingShare * timeoutMs : 0;
      const ending = await this.#thread.close({ stopAfterMs, timeoutMs });
      if (ending === 'terminated')
        this.#warn(`The thread did not end within ${timeoutMs} ms and was terminated.`);
    } catch (error) {
      this.#warn(`The thread ended with an error: ${(error as AttuneError).message}`);
    }
    this.#state = undefined;
  }

  #looked(coverage: Coverage): void {
    this.#coverage = coverage;
    // A log holds no text of a document.
    const note = this.#isWarned
      ? undefined
      : coverageNote({ ...this.reading!, coverage: { ...coverage, examples: [] } });
    if (note === undefined) return;
    this.#isWarned = true;
    this.#warn(note);
  }

  #known(): GenerationState {
    if (this.#state) return this.#state;
    throw unavailable('The collection is being opened');
  }

  async #send(searches: Search[]): Promise<(FoundHits | typeof longFilter | AttuneError)[]> {
    const batch = searchBatch(searches, this.#known().dim);
    const { replies, encoded } = await this.#thread.call('search', batch, {
      transfer: [batch.vectors.buffer as ArrayBuffer],
    });
    this.#encodedQueries(encoded);
    return replies.map((reply) => (typeof reply === 'object' && 'code' in reply ? errorOf(reply) : reply));
  }
}

const unavailable = (why: string) => new AttuneError('UNAVAILABLE', `${why}. Try again in a moment.`);
