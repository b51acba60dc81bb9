/** The first pause, and the longest. */
const firstMs = 1000;
const longestMs = 60_000;

/** Without a death for so long, the deaths before count no more. */
const forgottenAfterMs = 600_000;

/** When a worker that died is started again: at once the first time, then after pauses that double. */
export class Restarts {
  #deaths = 0;
  #diedAt = Number.NEGATIVE_INFINITY;

  /**
   * To be asked at each death.
   *
   * @param now  as performance.now() has it, in milliseconds
   * @returns milliseconds to wait
   */
  pauseMs(now = performance.now()): number {
    if (now - this.#diedAt >= forgottenAfterMs) this.#deaths = 0;
    this.#diedAt = now;
    this.#deaths++;
    return this.#deaths === 1 ? 0 : Math.min(longestMs, firstMs * 2 ** (this.#deaths - 2));
  }
}
