import { basename } from 'node:path';
import type { Reading } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import type { ReleaseRecord } from '@attune/store';
import { Restarts } from '@attune/worker';
import type { Generation } from '../generation/generation.js';
import type { GenerationState } from '../generation/searching-protocol.js';
import { abortable } from './abortable.js';
import type { NumberedRelease } from './changes.js';
import type { Openable, OpenCollections } from './open-collections.js';
import type { Openings } from './openings.js';
import { type ServingContext, Slots, type StartOptions } from './slots.js';

/** What is in service of a collection, and what is known of it. */
export interface InService {
  release: NumberedRelease;
  /** Names the folder of its index files. */
  indexNumber: number;
  openings: Openings;
  open: OpenCollections;
  isNew?: boolean | undefined;
  /** Why its release is not opened: it has ended the process. */
  refused?: string | undefined;
  /** Told when the release in service has been opened. */
  opened(): void;
}

/**
 * The generations of a collection, which is *open* while it has any and *closed* while it has none: then whoever asks has it opened, and waits
 * for that. What dies is started again.
 */
export class Generations implements Openable {
  readonly name: string;
  /** Whether it is to be opened although nobody asks, at the start and after a death. Until it is, it is not ready. */
  isAwaited = false;
  readonly #context: ServingContext;
  readonly #slots: Slots;
  readonly #openings: Openings;
  readonly #open: OpenCollections;
  readonly #tellOpened: () => void;
  #release: NumberedRelease;
  #indexNumber: number;
  #isNew: boolean;
  #current: Generation | undefined;
  #previous: Generation | undefined;
  /** Of the release in service, when it was closed. */
  #lastKnown: { withoutText: number; reading: Reading | undefined } | undefined;
  #opening: Promise<Generation> | undefined;
  #closing: Promise<unknown> = Promise.resolve();
  /** Searches, refreshes, changes and openings that are under way: while there are any, it is not closed for lack of use. */
  #underWay = 0;
  /** Requests that wait until it is open. */
  #waiting = 0;
  #noting: Promise<unknown> = Promise.resolve();
  readonly #restarts = new Restarts();
  /** Set while a thread that died waits to be started again. */
  #restart: NodeJS.Timeout | undefined;
  /** Why it can't be opened. */
  #failure: Error | undefined;
  /** Whether what failed is tried again once documents are written. */
  #opensAfterWrite = false;
  #hasEnded = false;

  constructor(context: ServingContext, name: string, inService: InService) {
    const { release, indexNumber, openings, open, isNew = false, refused, opened } = inService;
    this.name = name;
    this.#context = context;
    this.#release = release;
    this.#indexNumber = indexNumber;
    this.#openings = openings;
    this.#open = open;
    this.#isNew = isNew;
    this.#tellOpened = opened;
    this.#slots = new Slots(context, name);
    if (refused !== undefined) this.#fails(new AttuneError('BUNDLE_INVALID', refused));
  }

  /** The release in service. */
  get release(): NumberedRelease {
    return this.#release;
  }

  get indexNumber(): number {
    return this.#indexNumber;
  }

  /** The generation in service. */
  get current(): Generation | undefined {
    return this.#current;
  }

  /** The one that was in service before. */
  get previous(): Generation | undefined {
    return this.#previous;
  }

  get all(): Generation[] {
    return [this.#current, this.#previous].filter((each) => each !== undefined);
  }

  /** Every generation that has a thread: also what is being made, and what is being closed. */
  get live(): ReadonlySet<Generation> {
    return this.#slots.live;
  }

  get state(): GenerationState | undefined {
    return this.#current?.state;
  }

  /** Of the release in service: as it is, else as it was when it was closed. */
  get lastKnown(): { withoutText: number | undefined; reading: Reading | undefined } {
    return {
      withoutText: this.state?.withoutText ?? this.#lastKnown?.withoutText,
      reading: this.#current?.reading ?? this.#lastKnown?.reading,
    };
  }

  /** Searches that wait for their batch, or for their filter. */
  get waitingSearches(): number {
    return this.all.reduce((sum, { waitingSearches }) => sum + waitingSearches, 0);
  }

  get isOpen(): boolean {
    return this.all.length > 0;
  }

  get isIdle(): boolean {
    return this.#underWay === 0;
  }

  /** Whether it is to stay closed until somebody asks. */
  get isClosed(): boolean {
    return !this.isOpen && !this.isAwaited && this.#opening === undefined && this.#failure === undefined;
  }

  /** Whether it answers who asks, at once or when it has been opened for that. */
  get isReady(): boolean {
    if (this.#current?.isReady) return true;
    return this.#failure === undefined && !this.isAwaited && !this.#hasEnded;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /**
   * Resolves when it is open, with all that was written before.
   *
   * @throws {AttuneError} why it cannot be opened
   */
  async whenOpen(): Promise<void> {
    this.#open.used(this);
    await this.opened();
  }

  /** Opens it if that is awaited. Why it cannot be opened is told to those who ask. */
  async openAwaited(): Promise<void> {
    if (this.isAwaited && !this.#hasEnded) await this.opened().catch(() => undefined);
  }

  /**
   * Has something done by the generation in service, which is opened for it where it is closed.
   *
   * @throws {AttuneError} UNAVAILABLE when it cannot be opened, or has ended and is not started again yet; OVERLOADED where as many wait as
   *   may; CANCELLED when the signal is aborted while it is opened; what `work` throws
   */
  use<T>(work: (generation: Generation) => Promise<T>, signal?: AbortSignal): Promise<T> {
    this.#open.used(this);
    return this.during(async () => {
      this.checkOpen();
      return work(this.#current?.isReady ? this.#current : await this.#answering(signal));
    });
  }

  /**
   * The generation in service, when it is open, with all that was written before.
   *
   * @throws {AttuneError} why it cannot be opened
   */
  opened(): Promise<Generation> {
    if (this.#current?.isReady) return Promise.resolve(this.#current);
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    this.#opening ??= this.during(() => this.#open.open(this, () => this.#openNow())).finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /** It is not closed for lack of use meanwhile. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay++;
    try {
      return await work();
    } finally {
      this.#underWay--;
      if (this.#underWay === 0) this.#open.closeUnused();
    }
  }

  /** What could not be opened because of a damaged document may be opened now. */
  written(): void {
    if (this.#opensAfterWrite) this.#failure = undefined;
    this.#opensAfterWrite = false;
  }

  /** A generation that is made beside those in service. */
  start(
    number: number,
    release: ReleaseRecord,
    indexNumber: number,
    options: Partial<Pick<StartOptions, 'useFiles' | 'progress'>> = {},
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

  /** Ends one that is no longer wanted. */
  discard(generation: Generation): Promise<void> {
    return this.#slots.close(generation, false);
  }

  /** Puts the next release into service; the one before stays warm. */
  flip(next: Generation, release: NumberedRelease): void {
    next.number = release.number;
    const old = this.#previous;
    this.#previous = this.#current;
    this.#current = next;
    this.#release = release;
    this.#indexNumber = Number(basename(next.indexFolder));
    this.#lastKnown = undefined;
    this.#failure = undefined;
    this.isAwaited = false;
    this.#cancelRestart();
    if (old && old !== next) void this.discard(old);
  }

  /** Puts another generation of the same release in the place of one. */
  replace(old: Generation, next: Generation): void {
    if (this.#current === old) this.#current = next;
    else if (this.#previous === old) this.#previous = next;
    void this.discard(this.all.includes(next) ? old : next);
  }

  /** The process has outlived the opening. */
  noted({ fingerprint }: ReleaseRecord, { isOpen }: { isOpen: boolean }): void {
    const { number } = this.#release;
    this.#noting = this.#noting
      .then(() => this.#openings.done(fingerprint, { isOpen }))
      .catch((error: Error) => {
        this.#log('warn', `that release ${number} was opened could not be noted: ${error.message}`);
      });
  }

  /** @throws {AttuneError} UNAVAILABLE once it is being ended */
  checkOpen(): void {
    if (this.#hasEnded) throw unavailable(this.name, 'it is being closed');
  }

  /** Ends its threads for lack of use, its index saved. It is opened again when it is wanted. */
  async closeUnused(): Promise<void> {
    const [current, generations] = [this.#current, this.all];
    this.#lastKnown = current?.state && {
      withoutText: current.state.withoutText,
      reading: this.lastKnown.reading,
    };
    this.#current = undefined;
    this.#previous = undefined;
    this.#failure = undefined;
    this.isAwaited = false;
    this.#cancelRestart();
    const { openCollections } = this.#context.settings;
    this.#log(
      'info',
      `closed for lack of use: others were used since, and at most ${openCollections} are open`,
    );
    const closing = Promise.all(
      generations.map((each) => this.#slots.close(each, each === current && each.isReady)),
    );
    this.#closing = closing;
    await closing;
  }

  /**
   * Ends its threads for good; what they were asked is answered first.
   *
   * @param changed  resolves when no change is under way
   */
  async end({ save, changed }: { save: boolean; changed(): Promise<unknown> }): Promise<void> {
    this.#hasEnded = true;
    this.#cancelRestart();
    const closing = [...this.#slots.live].map((each) =>
      this.#slots.close(each, save && each === this.#current && each.isReady),
    );
    await Promise.all([this.#closing, ...closing]);
    await changed();
    await this.#opening?.catch(() => undefined);
    // One that a change had begun meanwhile.
    for (const each of this.#slots.live) await this.discard(each);
    await this.#noting;
  }

  async #answering(signal: AbortSignal | undefined): Promise<Generation> {
    const { maxQueuedSearches } = this.#context.settings;
    if (this.#waiting >= maxQueuedSearches) {
      throw new AttuneError(
        'OVERLOADED',
        `${maxQueuedSearches} requests wait for ${this.name} to be opened already. Try again in a moment, or send fewer at once.`,
      );
    }
    this.#waiting++;
    try {
      return await abortable(this.opened(), signal);
    } catch (error) {
      this.checkOpen();
      const { code, message } = error as AttuneError;
      throw code === 'CANCELLED' ? error : unavailable(this.name, message, error);
    } finally {
      this.#waiting--;
    }
  }

  async #openNow(): Promise<Generation> {
    const release = this.#release;
    this.checkOpen();
    if (this.#current === undefined) await this.#noteOpening(release);
    // A change may have put another into service meanwhile.
    const isLate = this.#hasEnded || this.#current !== undefined || this.#release !== release;
    if (isLate) {
      this.noted(release, { isOpen: false });
      this.checkOpen();
      return this.#current ?? this.#openNow();
    }
    const useFiles = !this.#isNew;
    const generation = this.start(release.number, release, this.#indexNumber, { useFiles });
    this.#isNew = false;
    this.#current = generation;
    try {
      await generation.opened;
    } catch (error) {
      this.noted(release, { isOpen: false });
      this.#couldNotOpen(generation, error as Error);
      throw error;
    }
    this.noted(release, { isOpen: true });
    this.#failure = undefined;
    if (useFiles && !this.isAwaited) this.#log('info', 'opened, because it was asked');
    this.isAwaited = false;
    this.#tellOpened();
    return this.#current ?? generation;
  }

  #couldNotOpen(generation: Generation, error: Error): void {
    void this.#slots.close(generation, false);
    if (this.#previous === generation) this.#previous = undefined;
    // What died has been looked at.
    if (this.#hasEnded || this.#current !== generation) return;
    this.#current = undefined;
    // A row that was damaged, so that no index could be made, may be written again.
    this.#opensAfterWrite = true;
    this.#fails(error);
  }

  #fails(error: Error): void {
    this.#failure = error;
    this.#log('error', `release ${this.#release.number} could not be opened: ${error.message}`);
  }

  /** The process may end while it is opened. Without a note, as on a disk that is full, the next start would open it again. */
  async #noteOpening({ number, fingerprint }: NumberedRelease): Promise<void> {
    this.#noting = this.#noting
      .then(() => this.#openings.begin(fingerprint))
      .catch((error: Error) => {
        this.#log('warn', `that release ${number} is being opened could not be noted: ${error.message}`);
      });
    await this.#noting;
  }

  #died(generation: Generation, reason: string): void {
    this.#log('error', `the thread of release ${generation.number} has ended: ${reason}`);
    if (this.#previous === generation) this.#previous = undefined;
    if (this.#hasEnded || this.#current !== generation) return;
    this.#current = undefined;
    this.isAwaited = true;
    const pauseMs = this.#restarts.pauseMs();
    if (pauseMs > 0) {
      const why = `its thread has ended: ${reason}. It is started again within ${pauseMs / 1000} s`;
      this.#failure = new AttuneError('UNAVAILABLE', why);
    }
    this.#restart = setTimeout(() => {
      this.#restart = undefined;
      this.#failure = undefined;
      void this.openAwaited();
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

export function unavailable(name: string, why: string, cause?: unknown): AttuneError {
  return new AttuneError('UNAVAILABLE', `${name} does not answer: ${why.replace(/\.$/, '')}.`, { cause });
}
