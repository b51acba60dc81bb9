import { HttpError } from './errors.js';
import type { KeyView } from './keys.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What it is charged; null where its key has no limit. */
    cost: RequestCost | null;
  }
}

/** What a key may spend at once, in seconds of its limit: pages of a shop come in bursts. */
const burstSeconds = 10;

interface Bucket {
  perSecond: number;
  /** What it holds when it is full. */
  capacity: number;
  /** What is left; below 0 after a request that was dearer than a full bucket. */
  left: number;
  /** When that was so, in ms. */
  at: number;
}

/** A bucket for each key with a limit. It begins full, also after a restart, and fills by what the key may cost a second. */
export class CostLimits {
  readonly #now: () => number;
  readonly #refused: (keyId: string) => void;
  readonly #buckets = new Map<string, Bucket>();

  /**
   * @param now      milliseconds, of a clock that never goes back
   * @param refused  told of each request that its key could not pay
   */
  constructor(now: () => number, refused: (keyId: string) => void) {
    this.#now = now;
    this.#refused = refused;
  }

  /** What a request is charged, nothing yet; null where its key has no limit. */
  request(key: KeyView | null): RequestCost | null {
    if (key === null || key.costPerSecond === null) return null;
    const { id, costPerSecond: perSecond } = key;
    let bucket = this.#buckets.get(id);
    if (bucket === undefined) {
      const capacity = perSecond * burstSeconds;
      bucket = { perSecond, capacity, left: capacity, at: this.#now() };
      this.#buckets.set(id, bucket);
    }
    return new RequestCost(bucket, this.#now, () => this.#refused(id));
  }
}

/** What one request is charged. */
export class RequestCost {
  readonly #bucket: Bucket;
  readonly #now: () => number;
  readonly #refused: () => void;
  #charged = 0;

  constructor(bucket: Bucket, now: () => number, refused: () => void) {
    this.#bucket = bucket;
    this.#now = now;
    this.#refused = refused;
  }

  /**
   * Charges so much more, before the work for it is done. A request that is dearer than a full bucket is taken on by a full one, which then
   * has a debt, so that none is refused for ever. A request that is refused has cost nothing: else those that are sent again would keep
   * the bucket empty.
   *
   * @throws {HttpError} 429 RATE_LIMITED with Retry-After
   */
  add(cost: number): void {
    const bucket = this.#bucket;
    this.#fill();
    const total = this.#charged + cost;
    const had = bucket.left + this.#charged;
    const wanted = Math.min(total, bucket.capacity);
    if (had < wanted) {
      bucket.left = had;
      this.#charged = 0;
      this.#refused();
      throw tooDear(bucket, total, Math.ceil((wanted - had) / bucket.perSecond));
    }
    bucket.left -= cost;
    this.#charged = total;
  }

  /** Charges what is known only once it is done: it is not refused any more, and whoever asks next waits longer. */
  owe(cost: number): void {
    this.#fill();
    this.#bucket.left -= cost;
    this.#charged += cost;
  }

  #fill(): void {
    const bucket = this.#bucket;
    const now = this.#now();
    bucket.left = Math.min(bucket.capacity, bucket.left + ((now - bucket.at) / 1000) * bucket.perSecond);
    bucket.at = now;
  }
}

function tooDear({ perSecond, capacity, left }: Bucket, cost: number, seconds: number): HttpError {
  return new HttpError(
    429,
    'RATE_LIMITED',
    `Expected requests with this key to cost at most ${perSecond} a second and ${capacity} at once, but this one costs ${cost} and ` +
      `${left < 0 ? `${Math.ceil(-left)} are owed` : `${Math.floor(left)} are left`}. Ask again after the time in Retry-After, ask for ` +
      'less at once, or have a key made with a higher limit.',
    { headers: { 'retry-after': String(seconds) } },
  );
}
