import type { AttuneError } from '@attune/errors';

interface Waiting {
  resolve(value: never): void;
  reject(error: AttuneError): void;
}

/** What another thread was asked and has not answered yet, by number. */
export class Pending {
  readonly #waiting = new Map<number, Waiting>();
  #count = 0;

  /** @param send  sends the request under its number */
  ask<Value>(send: (id: number) => void): Promise<Value> {
    const id = ++this.#count;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      send(id);
    });
  }

  resolve(id: number, value: unknown): void {
    this.#take(id)?.resolve(value as never);
  }

  reject(id: number, error: AttuneError): void {
    this.#take(id)?.reject(error);
  }

  /** Nobody will answer any more. */
  rejectAll(error: AttuneError): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}
