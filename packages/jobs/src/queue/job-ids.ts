import { randomBytes } from 'node:crypto';

/** Makes ids of jobs: they sort by time, within a process strictly. Milliseconds since 1970 in base 36, then chance. */
export class JobIds {
  #last: number;

  /** @param last  the newest id so far: none is made that sorts before it, even if the clock was set back */
  constructor(last: string | undefined) {
    this.#last = last === undefined ? 0 : Number.parseInt(last.split('-')[0]!, 36) || 0;
  }

  next(): string {
    this.#last = Math.max(Date.now(), this.#last + 1);
    return `${this.#last.toString(36).padStart(9, '0')}-${randomBytes(4).toString('hex')}`;
  }
}
