import { AttuneError } from '@attune/errors';
import { type Link, startThread } from '@attune/worker';
import type { Coalescer } from '../coalescer.js';
import { encoderThread } from '../programs.js';
import { checkEmbedItem, type Embedded, type EmbedItem, embedCoalescer } from './embed-requests.js';
import type { EncoderProtocol } from './encoder-protocol.js';

/** Models kept in memory that no collection has in service. */
const mostLoaded = 2;

interface LoadedEncoder {
  thread: Link<EncoderProtocol>;
  embeds: Coalescer<EmbedItem, Embedded>;
  /** Requests that are on their way. */
  users: number;
  isDropped: boolean;
}

/** Threads that only encode, for models that no collection has in service: each loaded once, the longest unused let go. */
export class Encoders {
  /** By bundle, the last used at the end. */
  readonly #loaded = new Map<string, LoadedEncoder>();
  readonly #mostWaiting: number;
  readonly #closeTimeoutMs: number;
  readonly #closing = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor({ mostWaiting, closeTimeoutMs }: { mostWaiting: number; closeTimeoutMs: number }) {
    this.#mostWaiting = mostWaiting;
    this.#closeTimeoutMs = closeTimeoutMs;
  }

  /** @param folder  of the bundle */
  async embed(bundle: string, folder: string, item: EmbedItem, signal?: AbortSignal): Promise<Embedded> {
    checkEmbedItem(item);
    if (this.#isClosed) throw closed();
    const encoder = this.#take(bundle, folder);
    encoder.users++;
    try {
      await encoder.thread.opened;
      return await encoder.embeds.ask(item, signal);
    } finally {
      encoder.users--;
      this.#closeIfUnused(encoder);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const all = [...this.#loaded.values()];
    this.#loaded.clear();
    await Promise.all(
      all.map(async ({ thread, embeds }) => {
        await embeds.drained();
        await thread.close({ timeoutMs: this.#closeTimeoutMs });
      }),
    );
    await Promise.all(this.#closing);
  }

  #take(bundle: string, folder: string): LoadedEncoder {
    const encoder = this.#loaded.get(bundle) ?? this.#load(bundle, folder);
    this.#loaded.delete(bundle);
    this.#loaded.set(bundle, encoder);
    if (this.#loaded.size > mostLoaded) {
      const [name, unused] = this.#loaded.entries().next().value!;
      this.#drop(name, unused);
    }
    return encoder;
  }

  #load(bundle: string, folder: string): LoadedEncoder {
    const thread = startThread<EncoderProtocol>(encoderThread, {
      name: 'attune-encoder',
      open: folder,
      closed,
      died: ({ reason }) =>
        new AttuneError('UNAVAILABLE', `Its thread has ended: ${reason}. Try again in a moment.`),
    });
    let facts: { fingerprint: string; dim: number } | undefined;
    void thread.opened.then(
      (opened) => {
        facts = opened;
      },
      () => undefined, // whoever asked hears of it
    );
    const embeds = embedCoalescer(
      { embed: (batch) => thread.call('embed', batch), known: () => facts! },
      this.#mostWaiting,
    );
    const encoder = { thread, embeds, users: 0, isDropped: false };
    // One that could not be opened or has died is loaded again for the next request.
    void thread.ended.then(() => this.#drop(bundle, encoder));
    return encoder;
  }

  #drop(bundle: string, encoder: LoadedEncoder): void {
    if (this.#loaded.get(bundle) === encoder) this.#loaded.delete(bundle);
    encoder.isDropped = true;
    this.#closeIfUnused(encoder);
  }

  #closeIfUnused({ thread, users, isDropped }: LoadedEncoder): void {
    if (!isDropped || users > 0) return;
    const closing = thread.close({ timeoutMs: this.#closeTimeoutMs });
    this.#closing.add(closing);
    void closing.finally(() => this.#closing.delete(closing));
  }
}

const closed = () => new AttuneError('UNAVAILABLE', 'The service is closed.');
