import { basename } from 'node:path';
import { coverageNotes, refuseUnknown } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import type { DocumentWrite } from '@attune/schema';
import type { CollectionRecord, RecordChange, ReleaseRecord, WriteResult } from '@attune/store';
import { Restarts } from '@attune/worker';
import type { Generation } from '../generation/generation.js';
import type { CollectionChange, NumberedRelease, PromoteOptions, Promotion } from './changes.js';
import { removeIndexesBut } from './index-folders.js';
import type { Openings } from './openings.js';
import { promotableFingerprint } from './promotable.js';
import { Refresher } from './refresher.js';
import { indexNumberOf, releaseName, type ServingContext, Slots, type StartOptions } from './slots.js';

/** What a collection is opened with. */
export interface CollectionOpening {
  record: CollectionRecord;
  release: NumberedRelease;
  /** Names the folder of its index files. */
  indexNumber: number;
  openings: Openings;
  isNew?: boolean | undefined;
  /** Why its release is not opened: it has ended the process. */
  refused?: string | undefined;
}

/** A collection in service: which generation answers, and how it comes to be replaced. */
export class ServingCollection {
  readonly name: string;
  record: CollectionRecord;
  readonly #context: ServingContext;
  readonly #slots: Slots;
  readonly #openings: Openings;
  readonly #refresher: Refresher;
  #current: Generation;
  #previous: Generation | undefined;
  /** Promotions, roll backs and merges happen one after another. */
  #changes: Promise<unknown> = Promise.resolve();
  #recordChanges: Promise<unknown> = Promise.resolve();
  #noting: Promise<unknown> = Promise.resolve();
  #merging = false;
  readonly #restarts = new Restarts();
  /** Set while a thread that died waits to be started again. */
  #restart: NodeJS.Timeout | undefined;
  #failure: string | undefined;
  /** Whether what failed is tried again once documents are written. */
  #opensAtWrite = false;
  #closed = false;

  constructor(context: ServingContext, name: string, opening: CollectionOpening) {
    const { record, release, indexNumber, openings, isNew = false, refused } = opening;
    this.name = name;
    this.record = record;
    this.#openings = openings;
    this.#context = context;
    this.#slots = new Slots(context, name);
    this.#refresher = new Refresher((seen) => this.#refreshAll(seen), context.settings.refreshMs);
    this.#current = this.#start(release.number, release, indexNumber, { useFiles: !isNew, refused });
    this.#watchOpening(this.#current, { opensAtWrite: refused === undefined });
  }

  /** The generation in service, whether or not it answers. */
  get current(): Generation {
    return this.#current;
  }

  /**
   * The generation to ask.
   *
   * @throws {AttuneError} UNAVAILABLE when it could not be opened, or has ended and is not started again yet
   */
  get answering(): Generation {
    if (!this.#current.isReady && this.#failure !== undefined) throw unavailable(this.name, this.#failure);
    return this.#current;
  }

  /** The generation that answers, and the one before, where they are warm. */
  get generations(): Generation[] {
    return [this.#current, ...(this.#previous ? [this.#previous] : [])];
  }

  get isReady(): boolean {
    return this.#current.isReady;
  }

  /** Removes indexes of releases that are no longer at hand. */
  async clean(): Promise<void> {
    const { number } = this.#current;
    const kept = new Set([basename(this.#current.indexFolder)]);
    if (this.#previous) kept.add(basename(this.#previous.indexFolder));
    else if (number > 1) kept.add(String(await indexNumberOf(this.#context.store, this.name, number - 1)));
    await removeIndexesBut(kept, this.#context.folder, this.name);
  }

  async write(writes: readonly DocumentWrite[], { refresh = false } = {}): Promise<WriteResult[]> {
    const results = await this.#context.store.writeDocuments(this.name, writes);
    const last = results.reduce((most, { sequence }) => Math.max(most, sequence), 0);
    if (last === 0) return results;
    this.#openAgain();
    if (refresh) await this.#refresher.seen(last);
    else this.#refresher.written();
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
      const next = this.#start(number, record, number, { useFiles: false, progress: onProgress });
      await this.#opened(next, signal);
      const readings = [next.reading ?? []].flat();
      try {
        if (!anyway) refuseUnknown(readings, { act: 'promote it' });
      } catch (error) {
        await this.#slots.close(next, false);
        throw error;
      }
      const flipped = await this.#flip(next, record);
      this.#noted(next, true);
      return { ...flipped, encoded: next.encoded, notes: coverageNotes(readings) };
    });
  }

  /** The newest first. */
  async releases(): Promise<NumberedRelease[]> {
    const prefix = releaseName(this.name, '');
    const found = await this.#context.store.list('release', { prefix });
    return found
      .map(({ name, value }) => ({ ...value, number: Number(name.slice(prefix.length)) }))
      .sort((a, b) => b.number - a.number);
  }

  /** Goes back to what was in service before. */
  rollBack(): Promise<NumberedRelease> {
    return this.#change(async () => {
      const { store } = this.#context;
      const target = this.record.release - 1;
      const stored = await store.get('release', releaseName(this.name, target));
      if (target < 1 || stored === undefined) {
        throw new AttuneError(
          'CONFLICT',
          `Nothing was in service in ${this.name} before its first release: there is nothing to roll back to.`,
        );
      }
      const how = this.#openings.howEnded(stored.value.fingerprint);
      if (how !== undefined) {
        throw new AttuneError(
          'CONFLICT',
          `Release ${target} (${stored.value.bundle}) has ended the process, and is not opened again. ${how}`,
        );
      }
      const record: ReleaseRecord = {
        ...stored.value,
        createdAt: Date.now(),
        reason: 'rollback',
        of: String(target),
      };
      let next = this.#previous;
      if (next?.number !== target || !next.isReady) {
        next = this.#start(target, stored.value, await indexNumberOf(store, this.name, target));
        await this.#opened(next);
      }
      return this.#flip(next, record);
    });
  }

  /** Changes the record beside what is in service. */
  configure(change: CollectionChange): Promise<CollectionRecord> {
    return this.#changeRecord(change);
  }

  /** Ends its threads; what they were asked is answered first. */
  async close({ save }: { save: boolean }): Promise<void> {
    this.#closed = true;
    this.#cancelRestart();
    const closing = [...this.#slots.live].map((each) =>
      this.#slots.close(each, save && each === this.#current && each.isReady),
    );
    await Promise.all([this.#refresher.close(), ...closing]);
    await this.#changes;
    // One that a change had begun meanwhile.
    for (const each of this.#slots.live) await this.#slots.close(each, false);
    await this.#noting;
  }

  /** @throws {AttuneError} UNAVAILABLE once it is being closed */
  checkOpen(): void {
    if (this.#closed) throw unavailable(this.name, 'it is being closed');
  }

  #change<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#changes.then(() => {
      this.checkOpen();
      return work();
    });
    this.#changes = done.catch(() => undefined);
    return done;
  }

  #start(
    number: number,
    release: ReleaseRecord,
    indexNumber: number,
    options: Partial<Pick<StartOptions, 'useFiles' | 'progress' | 'refused'>> = {},
  ): Generation {
    return this.#slots.start({
      number,
      release,
      indexNumber,
      useFiles: true,
      ...options,
      died: (generation, reason) => this.#died(generation, reason),
    });
  }

  /** Waits for a generation that is made beside; one that fails, or is no longer wanted, leaves nothing. */
  async #opened(next: Generation, signal?: AbortSignal): Promise<void> {
    const cancel = () => void this.#slots.close(next, false);
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      await next.opened;
      // Most of what was written while it was made; what is left is taken in while writes are held.
      await next.refresh();
    } catch (error) {
      await this.#slots.close(next, false);
      if (signal?.aborted)
        throw new AttuneError('CANCELLED', 'The promotion was cancelled.', { cause: error });
      // Its thread was ended with the collection: nobody cancelled the promotion.
      if (this.#closed) throw unavailable(this.name, 'it is being closed');
      throw error;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** One transaction, then one pointer. Searches under way end where they began. */
  async #flip(next: Generation, record: ReleaseRecord): Promise<NumberedRelease> {
    const number = this.record.release + 1;
    const isWarm = next === this.#previous;
    const release = await this.#held(async () => {
      try {
        await next.refresh();
        await this.#changeRecord({ release: number }, [
          { kind: 'release', name: releaseName(this.name, number), put: record },
        ]);
      } catch (error) {
        if (!isWarm) await this.#slots.close(next, false);
        throw error;
      }
      next.number = number;
      const old = this.#previous;
      this.#previous = this.#current;
      this.#current = next;
      this.#failure = undefined;
      this.#cancelRestart();
      if (old && old !== next) void this.#slots.close(old, false);
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

  /** Indexes and vectors that nothing at hand uses. */
  async #tidy(): Promise<void> {
    const { store } = this.#context;
    try {
      await this.clean();
      // Listed first: of a candidate the decision is kept before the vectors, so whatever is in the list has its decision by then.
      const found = await store.vectorFingerprints(this.name);
      const atHand = [...this.generations, ...this.#slots.live];
      const used = new Set(atHand.map(({ release }) => release.fingerprint));
      const promotable = await promotableFingerprint(store, this.name);
      const unused = found.filter((fingerprint) => !used.has(fingerprint) && fingerprint !== promotable);
      await store.dropVectors(this.name, unused);
    } catch (error) {
      this.#log('warn', `what is no longer used could not be removed: ${(error as Error).message}`);
    }
  }

  async #refreshAll(seen: (sequence: number) => void): Promise<void> {
    const current = this.#current;
    await current.opened;
    const others = this.generations.filter((each) => each !== current && each.isReady);
    const refreshing = others.map((each) =>
      each.refresh().catch((error: Error) => this.#log('warn', `the release before: ${error.message}`)),
    );
    seen((await current.refresh()).sequence);
    await Promise.all(refreshing);
    this.#mergeIfDue();
  }

  #mergeIfDue(): void {
    if (this.#merging || this.#closed) return;
    const { tailRows } = this.#context.settings;
    const due = this.generations.find(({ state }) => {
      return state && state.tailRows > Math.max(tailRows, state.baseRows / 4);
    });
    if (due === undefined) return;
    this.#merging = true;
    this.#change(() => this.#merge(due))
      .catch((error: Error) => {
        // The next start sees the same tail.
        if (!this.#closed) this.#log('warn', `the tail was not merged: ${error.message}`);
      })
      .finally(() => {
        this.#merging = false;
      });
  }

  /** The same release anew, with all documents in its base. */
  async #merge(old: Generation): Promise<void> {
    if (!this.generations.includes(old)) return;
    const indexNumber = Number(basename(old.indexFolder));
    const next = this.#start(old.number, old.release, indexNumber, { useFiles: false });
    await this.#opened(next);
    await this.#held(async () => {
      try {
        await next.refresh();
      } catch (error) {
        await this.#slots.close(next, false);
        throw error;
      }
      if (this.#current === old) this.#current = next;
      else if (this.#previous === old) this.#previous = next;
    });
    void this.#slots.close(this.generations.includes(next) ? old : next, false);
  }

  #watchOpening(generation: Generation, { opensAtWrite = true } = {}): void {
    generation.opened.then(
      () => {
        this.#failure = undefined;
        this.#refresher.written();
        this.#noted(generation, true);
        void this.#tidy();
      },
      (error: Error) => {
        this.#noted(generation, false);
        if (this.#closed || this.#current !== generation || this.#restart !== undefined) return;
        this.#failure = error.message;
        this.#opensAtWrite = opensAtWrite;
        void this.#slots.close(generation, false);
        this.#log('error', `release ${generation.number} could not be opened: ${error.message}`);
      },
    );
  }

  /** The process has outlived the opening. */
  #noted({ release }: Generation, isOpen: boolean): void {
    this.#openings.done(release.fingerprint, { isOpen }).catch((error: Error) => {
      this.#log(
        'warn',
        `that release ${this.record.release} was opened could not be noted: ${error.message}`,
      );
    });
  }

  /** A row that was damaged, so that no index could be made, may have been written again. What ended its thread or the process would do so again. */
  #openAgain(): void {
    if (!this.#opensAtWrite || this.#closed) return;
    this.#opensAtWrite = false;
    this.#failure = undefined;
    this.#startAgain(this.#current);
  }

  #startAgain({ number, release, indexFolder }: Generation): void {
    this.#current = this.#start(number, release, Number(basename(indexFolder)));
    this.#watchOpening(this.#current);
  }

  #died(generation: Generation, reason: string): void {
    this.#log('error', `the thread of release ${generation.number} has ended: ${reason}`);
    if (this.#previous === generation) this.#previous = undefined;
    if (this.#closed || this.#current !== generation) return;
    const pauseMs = this.#restarts.pauseMs();
    if (pauseMs === 0) {
      this.#startAgain(generation);
      return;
    }
    this.#failure = `its thread has ended: ${reason}. It is started again within ${pauseMs / 1000} s`;
    this.#restart = setTimeout(() => {
      this.#restart = undefined;
      this.#failure = undefined;
      this.#startAgain(generation);
    }, pauseMs);
  }

  #cancelRestart(): void {
    clearTimeout(this.#restart);
    this.#restart = undefined;
  }

  #log(level: 'info' | 'warn' | 'error', message: string): void {
    this.#context.settings.log(level, `${this.name}: ${message}`);
  }
}

function unavailable(name: string, why: string): AttuneError {
  return new AttuneError('UNAVAILABLE', `${name} does not answer: ${why}.`);
}
