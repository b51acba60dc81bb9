import { counted } from '@attune/errors';
import type { Jobs } from '@attune/jobs';
import type { Store } from '@attune/store';
import type { Models } from '../models/models.js';
import type { Log, RetentionSettings } from '../options.js';
import { refusedCandidates } from './refused-candidates.js';
import { worthlessJobs } from './worthless-jobs.js';

export interface RetentionOptions {
  store: Store;
  jobs: Jobs;
  models: Models;
  settings: Pick<RetentionSettings, 'jobs' | 'jobDays' | 'refusedCandidates'>;
  log: Log;
}

/** Jobs whose records go in one transaction. */
const jobsAtOnce = 100;

/**
 * Removes what nobody asks for any more, at the start and whenever a job has ended: nothing grows otherwise. It is told in the log, and
 * goes on at the next time where it was cut short.
 */
export class Retention {
  readonly #options: RetentionOptions;
  #last: Promise<void> = Promise.resolve();
  #isWaiting = false;
  #isClosed = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** Looks soon; what is asked until then is done with it. */
  sweep(): Promise<void> {
    if (this.#isWaiting || this.#isClosed) return this.#last;
    this.#isWaiting = true;
    this.#last = this.#last.then(async () => {
      this.#isWaiting = false;
      await this.#attempt('Old jobs', () => this.#removeJobs());
      await this.#attempt('Old candidates', () => this.#removeCandidates());
    });
    return this.#last;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
  }

  async #removeJobs(): Promise<void> {
    const { store, jobs, settings } = this.#options;
    const ids = await worthlessJobs(store, settings, Date.now());
    for (let begin = 0; begin < ids.length && !this.#isClosed; begin += jobsAtOnce) {
      const removed = await jobs.forget(ids.slice(begin, begin + jobsAtOnce));
      if (removed > 0)
        this.#options.log(
          'info',
          `${counted(removed, 'ended job was', 'ended jobs were')} removed, the oldest first.`,
        );
    }
  }

  async #removeCandidates(): Promise<void> {
    const { store, models, settings } = this.#options;
    for (const name of await refusedCandidates(store, settings.refusedCandidates)) {
      if (this.#isClosed) return;
      // Each alone: one that is being used now is tried again at the next time.
      await this.#attempt(`The model "${name}"`, async () => {
        await models.remove(name);
        this.#options.log(
          'info',
          `The model "${name}" was removed: the gate did not let it through, nor newer ones.`,
        );
      });
    }
  }

  async #attempt(what: string, work: () => Promise<void>): Promise<void> {
    if (this.#isClosed) return;
    await work().catch((error: unknown) =>
      this.#options.log('warn', `${what} could not be removed: ${(error as Error).message}`),
    );
  }
}
