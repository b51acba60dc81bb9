import { counted } from '@attune/errors';
import { scrubStore, type VerifyReport } from '@attune/store';
import type { Log, ScrubSettings } from '../options.js';

export interface ScrubOptions {
  /** The data folder. */
  folder: string;
  settings: ScrubSettings;
  log: Log;
}

/** What was read at the last scrub that came to its end. */
export interface ScrubReport extends VerifyReport {
  /** Milliseconds since 1970, of its end. */
  at: number;
}

/** Damage that is told one by one; `verifyData` lists all of it. */
const mostTold = 10;

/**
 * Reads the whole store now and then, slowly: a damaged page of an index hides a row from whoever asks for that row alone, until somebody has
 * looked at the page for its own sake.
 */
export class Scrub {
  readonly #options: ScrubOptions;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  /** Undefined before the first has ended. */
  report: ScrubReport | undefined;

  constructor(options: ScrubOptions) {
    this.#options = options;
  }

  begin(): void {
    this.#wait(this.#options.settings.afterMs);
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stopping.abort();
    await this.#running;
  }

  #wait(ms: number): void {
    if (this.#stopping.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#scrub().finally(() => this.#wait(this.#options.settings.everyMs));
    }, ms);
    this.#timer.unref();
  }

  async #scrub(): Promise<void> {
    const { folder, log } = this.#options;
    const { signal } = this.#stopping;
    try {
      const report = await scrubStore(folder, { signal });
      this.report = { ...report, at: Date.now() };
      const { damage, rows } = report;
      for (const { what } of damage.slice(0, mostTold)) log('error', `attune.db is damaged: ${what}.`);
      if (damage.length === 0) log('info', `attune.db was read and is whole: ${counted(rows, 'row')}.`);
      else
        log(
          'error',
          `attune.db is damaged in ${counted(damage.length, 'place')}. \`verifyData\` lists them; write again what is named, or restore a backup.`,
        );
    } catch (error) {
      if (!signal.aborted) log('warn', `attune.db could not be read through: ${(error as Error).message}`);
    }
  }
}
