/** What the events have to be after a crash: each that was acknowledged once and as it was sent, a post whole or not at all. */
import { isDeepStrictEqual } from 'node:util';

/** An event of the harness: `mark` is its own key, which the server keeps and does not look at. */
export interface MarkedEvent {
  mark: string;
  action_name: string;
  [more: string]: unknown;
}

export interface Post {
  /** Sent as Idempotency-Key, so that a post whose answer was lost may be sent again. */
  key: string;
  events: readonly MarkedEvent[];
}

export class EventOracle {
  readonly #acknowledged = new Map<string, MarkedEvent>();
  readonly #inFlight = new Set<Post>();
  readonly #seen = new Map<string, number>();
  /** The last sequence that was read. */
  #after = 0;

  get acknowledged(): number {
    return this.#acknowledged.size;
  }

  begin(post: Post): void {
    this.#inFlight.add(post);
  }

  acknowledge(post: Post): void {
    this.#inFlight.delete(post);
    for (const event of post.events) this.#acknowledged.set(event.mark, event);
  }

  refuse(post: Post): void {
    this.#inFlight.delete(post);
  }

  /** Posts whose answer was lost: to be sent again under their key. */
  get awaited(): readonly Post[] {
    return [...this.#inFlight];
  }

  /**
   * Compares what has been kept since the last look with what has to be.
   *
   * @param read  the events after a sequence, in order
   * @param whole  read from the first event on, not only what is new
   */
  check(
    read: (after: number) => Iterable<{ sequence: number; event: Record<string, unknown> }>,
    { whole }: { whole: boolean },
  ): string[] {
    const wrong: string[] = [];
    const awaited = new Map(this.awaited.flatMap((post) => post.events.map((event) => [event.mark, event])));
    if (whole) {
      this.#after = 0;
      this.#seen.clear();
    }
    for (const { sequence, event } of read(this.#after)) {
      if (sequence <= this.#after) wrong.push(`Event ${sequence} comes after event ${this.#after}`);
      this.#after = sequence;
      const mark = String(event['mark']);
      const sent = this.#acknowledged.get(mark) ?? awaited.get(mark);
      const earlier = this.#seen.get(mark);
      if (earlier !== undefined) wrong.push(`Event ${mark} is kept twice, as ${earlier} and ${sequence}`);
      else if (!sent) wrong.push(`Event ${mark} (${sequence}) is there, and nobody sent it`);
      else {
        const differing = Object.keys(sent).filter((key) => !isDeepStrictEqual(event[key], sent[key]));
        if (differing.length > 0)
          wrong.push(`Event ${mark} differs from what was sent in ${differing.join(', ')}`);
      }
      this.#seen.set(mark, sequence);
    }
    for (const mark of this.#acknowledged.keys())
      if (!this.#seen.has(mark)) wrong.push(`Event ${mark} was acknowledged and is lost`);
    for (const post of this.#inFlight) {
      const kept = post.events.filter(({ mark }) => this.#seen.has(mark)).length;
      if (kept !== 0 && kept !== post.events.length)
        wrong.push(`Of the ${post.events.length} events posted under ${post.key}, ${kept} are there`);
    }
    return wrong;
  }
}
