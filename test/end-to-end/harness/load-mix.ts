/**
 * Mixed load at a fixed rate: what is due is sent, whether or not what went before has been answered (an open loop), and
 * latency counts from when it was due. A client that waits for answers would ask a slow server less, and hide that it is slow.
 */
import { ConnectionLost, type HttpClient } from './http.js';
import type { Random } from './random.js';
import { someQuery, someTitle } from './words.js';

export interface MixOptions {
  collection: string;
  perSecond: number;
  /** Documents that writes touch: `item-0` and so on. */
  documents: number;
}

type Kind = 'search' | 'event' | 'write';

/** What happened since the last look. */
export interface MixWindow {
  seconds: number;
  sent: number;
  answered: Record<Kind, number>;
  errors: number;
  /** 429, 503 and 507. */
  shed: number;
  underWay: number;
  p50Ms: number;
  p99Ms: number;
}

export class LoadMix {
  readonly #client: HttpClient;
  readonly #options: MixOptions;
  readonly #random: Random;
  readonly #shown: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #startedAt = 0;
  #sent = 0;
  #underWay = 0;
  #window = emptyWindow();
  /** The first errors, to be shown at the end. */
  readonly failures: string[] = [];

  constructor(client: HttpClient, random: Random, options: MixOptions) {
    this.#client = client;
    this.#random = random;
    this.#options = options;
  }

  start(): void {
    this.#startedAt = performance.now();
    this.#window = emptyWindow();
    this.#timer = setInterval(() => this.#sendDue(), 5);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (let waited = 0; this.#underWay > 0 && waited < 30_000; waited += 50)
      await new Promise((resolve) => setTimeout(resolve, 50));
  }

  /** The figures since the last call of it. */
  take(): MixWindow {
    const { startedAt, sent, answered, errors, shed, latencies } = this.#window;
    this.#window = emptyWindow();
    latencies.sort((a, b) => a - b);
    const at = (share: number) =>
      latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? 0;
    const seconds = (performance.now() - startedAt) / 1000;
    return {
      seconds,
      sent,
      answered,
      errors,
      shed,
      underWay: this.#underWay,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
    };
  }

  #sendDue(): void {
    const { perSecond } = this.#options;
    for (;;) {
      const dueAt = this.#startedAt + (this.#sent / perSecond) * 1000;
      if (dueAt > performance.now()) return;
      this.#sent += 1;
      this.#window.sent += 1;
      const share = this.#random.next();
      void this.#send(share < 0.7 ? 'search' : share < 0.9 ? 'event' : 'write', dueAt);
    }
  }

  async #send(kind: Kind, dueAt: number): Promise<void> {
    this.#underWay += 1;
    try {
      const { status, text } = await this.#request(kind);
      if (status === 429 || status === 503 || status === 507) this.#window.shed += 1;
      else if (status < 200 || status > 299) this.#failed(`${kind} gave ${status}: ${text.slice(0, 200)}`);
      else this.#window.answered[kind] += 1;
      if (kind === 'search' && status === 200) this.#remember(text);
      this.#window.latencies.push(performance.now() - dueAt);
    } catch (error) {
      this.#failed(error instanceof ConnectionLost ? error.message : String(error));
    } finally {
      this.#underWay -= 1;
    }
  }

  #failed(message: string): void {
    this.#window.errors += 1;
    if (this.failures.length < 20) this.failures.push(message);
  }

  #request(kind: Kind) {
    const random = this.#random;
    const { collection, documents } = this.#options;
    const base = `/v1/collections/${collection}`;
    if (kind === 'search') {
      const body = { text: someQuery(random), mode: random.chance(0.5) ? 'vector' : 'hybrid', limit: 10 };
      return this.#client.call(`${base}/search`, { body });
    }
    if (kind === 'event') return this.#client.call('/v1/events', { body: this.#event() });
    const id = `item-${random.between(0, documents - 1)}`;
    const attributes = { stock: random.between(0, 99), price: random.between(1, 400) };
    const body = { fields: { title: someTitle(random) }, attributes };
    return this.#client.call(`${base}/documents/${id}`, { method: 'PUT', body });
  }

  /** A click on something that a search has shown. */
  #event(): object {
    const [queryId, objectId] = (this.#random.pick(this.#shown) ?? ' ').split(' ');
    return {
      action_name: this.#random.chance(0.2) ? 'add_to_cart' : 'click',
      application: this.#options.collection,
      ...(queryId && { query_id: queryId }),
      event_attributes: { object: { object_id: objectId ?? '' }, position: { ordinal: 1 } },
    };
  }

  #remember(text: string): void {
    const { query_id, hits } = JSON.parse(text) as { query_id: string; hits: { id: string }[] };
    if (hits.length === 0) return;
    const shown = `${query_id} ${this.#random.pick(hits).id}`;
    if (this.#shown.length < 500) this.#shown.push(shown);
    else this.#shown[this.#random.between(0, 499)] = shown;
  }
}

const emptyWindow = () => ({
  startedAt: performance.now(),
  sent: 0,
  answered: { search: 0, event: 0, write: 0 },
  errors: 0,
  shed: 0,
  latencies: [] as number[],
});
