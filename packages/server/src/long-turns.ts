/** Shorter bodies are read at once: a millisecond or so. */
const shortBytes = 64 * 1024;

/** Bodies that take long to read have a turn of the event loop each, so that others have theirs between them. */
export class LongTurns {
  readonly #waiting: (() => void)[] = [];

  /**
   * Reads a body of so many bytes, at once where it is short, and tells what came of it, as Fastify wants it told.
   *
   * @param done  is called in the same turn as `read`, so that what follows belongs to it
   */
  read(bytes: number, read: () => unknown, done: (error: Error | null, value?: unknown) => void): void {
    const begin = () => {
      let value: unknown;
      try {
        value = read();
      } catch (error) {
        done(error as Error);
        return;
      }
      done(null, value);
    };
    if (bytes <= shortBytes) begin();
    else if (this.#waiting.push(begin) === 1) setImmediate(() => this.#begin());
  }

  #begin(): void {
    this.#waiting.shift()!();
    if (this.#waiting.length > 0) setImmediate(() => this.#begin());
  }
}
