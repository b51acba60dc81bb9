import type { JobView } from '@attune/jobs';
import { type CollectionRecord, type Store, StoreReader } from '@attune/store';
import { JudgedQueries } from './judged-queries.js';
import { learnedThrough } from './learned-through.js';
import { schedule } from './schedule.js';

export interface TriggersOptions {
  store: Store;
  /** The data folder. */
  folder: string;
  /** Adds a cycle of the collection to the jobs. */
  start: (collection: string) => Promise<unknown>;
  /** Jobs that wait or run. */
  unfinished: () => readonly JobView[];
  /** From the arrival of an event to the counting; 1,000 unless set. */
  debounceMs?: number | undefined;
  log?: ((level: 'info' | 'warn' | 'error', message: string) => void) | undefined;
}

interface Followed {
  schedule: string | null;
  endSchedule: () => void;
  judged: JudgedQueries | undefined;
}

/**
 * Starts a collection's cycle at its times, or once its events judge enough queries; never while one waits or runs. A time that
 * passed while the server was down is not made up for.
 */
export class Triggers {
  readonly #options: TriggersOptions;
  readonly #reader: StoreReader;
  readonly #followed = new Map<string, Followed>();
  /** Collections whose cycle is being asked for: it is not among the jobs yet. */
  readonly #starting = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #checking: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor(options: TriggersOptions) {
    this.#options = options;
    this.#reader = StoreReader.open(options.folder);
  }

  static async open(options: TriggersOptions): Promise<Triggers> {
    const triggers = new Triggers(options);
    for (const { name } of await options.store.list('collection')) await triggers.follow(name);
    // Events may have come just before the server ended.
    triggers.eventsArrived();
    return triggers;
  }

  /** Takes over a collection's settings, after each change of them; or lets go of it when it is gone. */
  async follow(collection: string): Promise<void> {
    const record = await this.#options.store.get('collection', collection);
    const known = this.#followed.get(collection);
    if (this.#isClosed) return;
    if (!record) {
      known?.endSchedule();
      this.#followed.delete(collection);
      return;
    }
    const wanted = record.value.learning.schedule;
    if (known?.schedule === wanted) return;
    known?.endSchedule();
    this.#followed.set(collection, {
      schedule: wanted,
      endSchedule: wanted === null ? () => undefined : schedule(wanted, () => void this.#start(collection)),
      judged: known?.judged,
    });
  }

  /** Counts soon; what arrives until then is counted with it. */
  eventsArrived(): void {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#checking = this.#checking.then(() => this.#check());
    }, this.#options.debounceMs ?? 1000).unref();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const { endSchedule } of this.#followed.values()) endSchedule();
    await this.#checking;
    this.#reader.close();
  }

  async #check(): Promise<void> {
    for (const [collection, followed] of this.#followed) {
      if (this.#isClosed) return;
      try {
        const record = (await this.#options.store.get('collection', collection))?.value;
        if (record && (await this.#hasEnough(collection, record, followed))) await this.#start(collection);
      } catch (error) {
        this.#say('warn', `The events of "${collection}" could not be counted: ${(error as Error).message}`);
      }
    }
  }

  async #hasEnough(collection: string, { learning }: CollectionRecord, followed: Followed): Promise<boolean> {
    const enough = learning.everyJudgedQueries;
    if (enough === null || this.#isUnderWay(collection)) return false;
    const since = await this.#lastLearnedFrom(collection);
    if (followed.judged?.since !== since) followed.judged = new JudgedQueries(collection, since);
    return (await followed.judged.count(this.#reader, learning.actionWeights, enough)) >= enough;
  }

  /**
   * Sequence of the last event that went into a cycle. One that failed counts too: what made it fail is still there, and would
   * fail again at every event.
   */
  async #lastLearnedFrom(collection: string): Promise<number> {
    const limit = 100;
    let after: string | undefined;
    for (;;) {
      const page = await this.#options.store.list('job', {
        reverse: true,
        limit,
        ...(after === undefined ? {} : { after }),
      });
      for (const { value } of page) {
        const learned = learnedThrough(value);
        if (learned?.collection === collection) return learned.event;
      }
      if (page.length < limit) return 0;
      after = page.at(-1)!.name;
    }
  }

  #isUnderWay(collection: string): boolean {
    if (this.#starting.has(collection)) return true;
    return this.#options
      .unfinished()
      .some(
        ({ kind, request }) =>
          kind === 'cycle' && (request as { collection: string }).collection === collection,
      );
  }

  async #start(collection: string): Promise<void> {
    if (this.#isClosed || this.#isUnderWay(collection)) return;
    this.#starting.add(collection);
    try {
      await this.#options.start(collection);
      this.#say('info', `A cycle of "${collection}" was started.`);
    } catch (error) {
      this.#say('warn', `A cycle of "${collection}" could not be started: ${(error as Error).message}`);
    } finally {
      this.#starting.delete(collection);
    }
  }

  #say(level: 'info' | 'warn', message: string): void {
    this.#options.log?.(level, message);
  }
}
