import { AttuneError } from '@attune/errors';
import type { Coalescer } from './generation/coalescer.js';
import { checkEmbedItem, type Embedded, type EmbedItem, embedCoalescer } from './generation/embedding.js';
import type { GenerationState } from './generation/messages.js';
import { ThreadLink } from './generation/thread-link.js';

/** Models kept in memory that no collection has in service. */
const mostKept = 2;

interface Kept {
  link: ThreadLink;
  opened: Promise<GenerationState>;
  embeds: Coalescer<EmbedItem, Embedded>;
  /** Requests that are on their way. */
  users: number;
  dropped: boolean;
}

/** Threads that only encode, for models that no collection has in service: each loaded once, the longest unused let go. */
export class Encoders {
  /** By bundle, the last used at the end. */
  readonly #kept = new Map<string, Kept>();
  readonly #mostWaiting: number;
  readonly #closeTimeoutMs: number;
  readonly #closing = new Set<Promise<void>>();
  #closed = false;

  constructor({ mostWaiting, closeTimeoutMs }: { mostWaiting: number; closeTimeoutMs: number }) {
    this.#mostWaiting = mostWaiting;
    this.#closeTimeoutMs = closeTimeoutMs;
  }

  /** @param folder  of the bundle */
  async embed(bundle: string, folder: string, item: EmbedItem, signal?: AbortSignal): Promise<Embedded> {
    checkEmbedItem(item);
    if (this.#closed) throw new AttuneError('UNAVAILABLE', 'The service is closed.');
    const kept = this.#take(bundle, folder);
    kept.users++;
    try {
      await kept.opened;
      return await kept.embeds.ask(item, signal);
    } finally {
      kept.users--;
      this.#endIfUnused(kept);
    }
  }

  /** Forgets a bundle that is removed. */
  drop(bundle: string): void {
    const kept = this.#kept.get(bundle);
    if (kept === undefined) return;
    this.#kept.delete(bundle);
    kept.dropped = true;
    this.#endIfUnused(kept);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#kept.values()];
    this.#kept.clear();
    await Promise.all(
      all.map(async ({ link, embeds }) => {
        await embeds.drained();
        await link.close({ save: false, timeoutMs: this.#closeTimeoutMs });
      }),
    );
    await Promise.all(this.#closing);
  }

  #take(bundle: string, folder: string): Kept {
    const known = this.#kept.get(bundle);
    if (known !== undefined) {
      this.#kept.delete(bundle);
      this.#kept.set(bundle, known);
      return known;
    }
    const link = new ThreadLink({ bundle: folder, release: undefined }, { died: () => this.drop(bundle) });
    let state: GenerationState | undefined;
    const opened = link.opened.then(
      (found) => {
        state = found;
        return found;
      },
      (error: unknown) => {
        this.drop(bundle);
        throw error;
      },
    );
    opened.catch(() => undefined);
    const embeds = embedCoalescer(link, () => state!, this.#mostWaiting);
    const kept: Kept = { link, opened, embeds, users: 0, dropped: false };
    this.#kept.set(bundle, kept);
    if (this.#kept.size > mostKept) this.drop(this.#kept.keys().next().value!);
    return kept;
  }

  #endIfUnused({ link, users, dropped }: Kept): void {
    if (!dropped || users > 0) return;
    const ending = link.close({ save: false, timeoutMs: this.#closeTimeoutMs });
    this.#closing.add(ending);
    void ending.finally(() => this.#closing.delete(ending));
  }
}
