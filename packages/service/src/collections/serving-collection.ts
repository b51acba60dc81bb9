import { basename } from 'node:path';
import { coverageNotes, refuseUnknown } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import type { DocumentWrite } from '@attune/schema';
import type { CollectionRecord, RecordChange, ReleaseRecord, WriteResult } from '@attune/store';
import type { Generation } from '../generation/generation.js';
import type { CollectionChange, NumberedRelease, PromoteOptions, Promotion } from './changes.js';
import { Generations, type InService, unavailable } from './generations.js';
import type { Openings } from './openings.js';
import { Refresher } from './refresher.js';
import { indexNumberOf, releaseBefore, releaseName, releasesOf } from './releases.js';
import { removeUnused } from './remove-unused.js';
import type { ServingContext } from './slots.js';

/** What a collection is served with. */
export interface CollectionOpening extends Omit<InService, 'opened'> {
  record: CollectionRecord;
}

/** A collection in service: what is written to it, and how one release comes to take the place of another. */
export class ServingCollection {
  readonly name: string;
  record: CollectionRecord;
  readonly generations: Generations;
  readonly #context: ServingContext;
  readonly #openings: Openings;
  readonly #refresher: Refresher;
  /** Promotions, roll backs and merges happen one after another. */
  #changes: Promise<unknown> = Promise.resolve();
  #recordChanges: Promise<unknown> = Promise.resolve();
  #merging = false;

  constructor(context: ServingContext, name: string, { record, ...inService }: CollectionOpening) {
    this.name = name;
    this.record = record;
    this.#context = context;
    this.#openings = inService.openings;
    this.#refresher = new Refresher((seen) => this.#refreshAll(seen), context.settings.refreshMs);
    const opened = () => {
      this.#refresher.written();
      void this.#tidy();
    };
    this.generations = new Generations(context, name, { ...inService, opened });
  }

  async write(writes: readonly DocumentWrite[], { refresh = false } = {}): Promise<WriteResult[]> {
    const results = await this.#context.store.writeDocuments(this.name, writes);
    const last = results.reduce((most, { sequence }) => Math.max(most, sequence), 0);
    if (last === 0) return results;
    this.generations.written();
    if (refresh) await this.generations.use(() => this.#refresher.seen(last));
    // A closed one takes it in when it is opened.
    else if (this.generations.isOpen) this.#refresher.written();
    return results;
  }

  /** Puts another release into service: its generation is made beside, and flipped in with one transaction. */
  promote(
    release: Omit<ReleaseRecord, 'createdAt'>,
    { signal, onProgress, anyway }: PromoteOptions = {},
  ): Promise<Promotion> {
    return this.#change(async () => {
      if (signal?.aborted) throw new AttuneError('CANCELLED', 'The promotion was cancelled.');
      const number = this.record.release + 1;
      const record: ReleaseRecord = { ...release, createdAt: Date.now() };
      // An index of this number is of a promotion that was never committed.
      const next = this.generations.start(number, record, number, { useFiles: false, progress: onProgress });
      await this.#caughtUp(next, signal);
      const readings = [next.reading ?? []].flat();
      try {
        if (!anyway) refuseUnknown(readings, { act: 'promote it' });
      } catch (error) {
        await this.generations.discard(next);
        throw error;
      }
      const flipped = await this.#flip(next, record);
      this.generations.noted(next.release, { isOpen: true });
      return { ...flipped, encoded: next.encoded, notes: coverageNotes(readings) };
    });
  }

  /** The newest first. */
  releases(): Promise<NumberedRelease[]> {
    return releasesOf(this.#context.store, this.name);
  }

  /** Goes back to what was in service before. */
  rollBack(): Promise<NumberedRelease> {
    return this.#change(async () => {
      const { store } = this.#context;
      const before = await releaseBefore(this.name, this.record.release, { store, openings: this.#openings });
      const { number, ...stored } = before;
      const record: ReleaseRecord = {
        ...stored,
        createdAt: Date.now(),
        reason: 'rollback',
        of: String(number),
      };
      let next = this.generations.previous;
      if (next?.number !== number || !next.isReady) {
        next = this.generations.start(number, stored, await indexNumberOf(store, this.name, number));
        await this.#caughtUp(next);
      }
      return this.#flip(next, record);
    });
  }

  /** Changes the record beside what is in service. */
  configure(change: CollectionChange): Promise<CollectionRecord> {
    return this.#changeRecord(change);
  }

  /** Ends its threads; what they were asked is answered first. */
  async end({ save }: { save: boolean }): Promise<void> {
    const changed = async () => {
      await refreshed;
      await this.#changes;
    };
    const refreshed = this.#refresher.close();
    await this.generations.end({ save, changed });
  }

  #change<T>(work: () => Promise<T>): Promise<T> {
    const done = this.generations.during(() =>
      this.#changes.then(async () => {
        this.generations.checkOpen();
        // Where it can't be opened, another release may take its place.
        if (this.generations.isClosed) await this.generations.opened().catch(() => undefined);
        return work();
      }),
    );
    this.#changes = done.catch(() => undefined);
    return done;
  }

  /** Waits for a generation that is made beside; one that fails, or is no longer wanted, leaves nothing. */
  async #caughtUp(next: Generation, signal?: AbortSignal): Promise<void> {
    const cancel = () => void this.generations.discard(next);
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      await next.opened;
      // Most of what was written while it was made; what is left is taken in while writes are held.
      await next.refresh();
    } catch (error) {
      await this.generations.discard(next);
      if (signal?.aborted)
        throw new AttuneError('CANCELLED', 'The promotion was cancelled.', { cause: error });
      // Its thread was ended with the collection: nobody cancelled the promotion.
      if (this.generations.hasEnded) throw unavailable(this.name, 'it is being closed');
      throw error;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** One transaction, then one pointer. Searches under way end where they began. */
  async #flip(next: Generation, record: ReleaseRecord): Promise<NumberedRelease> {
    const number = this.record.release + 1;
    const isWarm = next === this.generations.previous;
    const release = await this.#held(async () => {
      try {
        await next.refresh();
        await this.#changeRecord({ release: number }, [
          { kind: 'release', name: releaseName(this.name, number), put: record },
        ]);
      } catch (error) {
        if (!isWarm) await this.generations.discard(next);
        throw error;
      }
      this.generations.flip(next, { ...record, number });
      return { ...record, number };
    });
    await this.#tidy();
    return release;
  }

  /** One change of the record after another, whatever else takes its time. */
  #changeRecord(
    change: CollectionChange & { release?: number },
    beside: readonly RecordChange[] = [],
  ): Promise<CollectionRecord> {
    const done = this.#recordChanges.then(async () => {
      const learning = { ...this.record.learning, ...change.learning };
      const value = { ...this.record, ...change, learning };
      await this.#context.store.change([{ kind: 'collection', name: this.name, put: value }, ...beside]);
      this.record = value;
      return value;
    });
    this.#recordChanges = done.catch(() => undefined);
    return done;
  }

  async #held<T>(work: () => Promise<T>): Promise<T> {
    const release = await this.#refresher.hold();
    try {
      return await work();
    } finally {
      release();
    }
  }

  async #tidy(): Promise<void> {
    const { release, indexNumber, previous } = this.generations;
    const inMemory = () => [...this.generations.all, ...this.generations.live].map(({ release }) => release);
    try {
      await removeUnused(this.#context, this.name, {
        number: release.number,
        indexNumber,
        previousIndexNumber: previous && Number(basename(previous.indexFolder)),
        fingerprints: () => new Set([release, ...inMemory()].map(({ fingerprint }) => fingerprint)),
      });
    } catch (error) {
      this.#log('warn', `what is no longer used could not be removed: ${(error as Error).message}`);
    }
  }

  async #refreshAll(seen: (sequence: number) => void): Promise<void> {
    if (this.generations.isClosed) return;
    await this.generations.during(async () => {
      const current = await this.generations.opened();
      const others = this.generations.all.filter((each) => each !== current && each.isReady);
      const refreshing = others.map((each) =>
        each.refresh().catch((error: Error) => this.#log('warn', `the release before: ${error.message}`)),
      );
      seen((await current.refresh()).sequence);
      await Promise.all(refreshing);
      this.#mergeIfDue();
    });
  }

  #mergeIfDue(): void {
    if (this.#merging || this.generations.hasEnded) return;
    const { tailRows } = this.#context.settings;
    const due = this.generations.all.find(({ state }) => {
      return state && state.tailRows > Math.max(tailRows, state.baseRows / 4);
    });
    if (due === undefined) return;
    this.#merging = true;
    this.#change(() => this.#merge(due))
      .catch((error: Error) => {
        // The next start sees the same tail.
        if (!this.generations.hasEnded) this.#log('warn', `the tail was not merged: ${error.message}`);
      })
      .finally(() => {
        this.#merging = false;
      });
  }

  /** The same release anew, with all documents in its base. */
  async #merge(old: Generation): Promise<void> {
    if (!this.generations.all.includes(old)) return;
    const indexNumber = Number(basename(old.indexFolder));
    const next = this.generations.start(old.number, old.release, indexNumber, { useFiles: false });
    await this.#caughtUp(next);
    await this.#held(async () => {
      try {
        await next.refresh();
      } catch (error) {
        await this.generations.discard(next);
        throw error;
      }
      this.generations.replace(old, next);
    });
  }

  #log(level: 'info' | 'warn' | 'error', message: string): void {
    this.#context.settings.log(level, `${this.name}: ${message}`);
  }
}
