/** Changes that take turns: one of each name at a time, in the order in which they came. */
export class Turns {
  /** The last change of each name; the next one waits for it. */
  readonly #last = new Map<string, Promise<unknown>>();

  take<Value>(name: string, change: () => Promise<Value>): Promise<Value> {
    const turn = (this.#last.get(name) ?? Promise.resolve()).then(change, change);
    this.#last.set(name, turn);
    const forget = () => {
      if (this.#last.get(name) === turn) this.#last.delete(name);
    };
    turn.then(forget, forget);
    return turn;
  }
}
