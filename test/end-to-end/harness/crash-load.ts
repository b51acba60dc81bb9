/** What a server is asked at once while it is going to be killed: writers, posters of events, a promoter and searchers. */

import type { Content, DocumentOracle, Write } from './document-oracle.js';
import type { EventOracle, MarkedEvent, Post } from './event-oracle.js';
import { ConnectionLost, type HttpClient } from './http.js';
import type { Journal } from './journal.js';
import type { Random } from './random.js';
import type { ReleaseOracle, Serving } from './release-oracle.js';
import { type SearchBody, SearchCheck } from './search-check.js';
import { someQuery, someTitle } from './words.js';

export interface LoadTargets {
  client: HttpClient;
  collection: string;
  documents: DocumentOracle;
  events: EventOracle;
  releases: ReleaseOracle;
  journal: Journal;
  /** Bundle names by fingerprint. */
  bundles: ReadonlyMap<string, string>;
  /** Before every name that this load makes, so that no two rounds make the same. */
  round: number;
}

/** Lines of the largest bulk post: below the 500 that the server makes one transaction, so that a post is one unit. */
const bulkLines = 400;

/** Ids of a writer: so many that rows added to an index come to be merged into it now and then. */
const idsOfWriter = 2_000;

export class CrashLoad {
  readonly #to: LoadTargets;
  readonly #tasks: Promise<void>[] = [];
  readonly #searches: SearchCheck;
  #ended = false;
  #count = 0;
  /** Answers that are no 2xx, by status. */
  readonly refused = new Map<number, number>();
  readonly wrong: string[] = [];
  promotions = 0;
  searches = 0;

  constructor(targets: LoadTargets) {
    this.#to = targets;
    this.#searches = new SearchCheck(targets.client, targets.bundles);
  }

  start(random: Random): void {
    for (const writer of [0, 1, 2]) this.#run(random.fork(writer), (own) => this.#write(own, `w${writer}`));
    for (const writer of [0, 1]) this.#run(random.fork(10 + writer), (own) => this.#writeContended(own));
    for (const poster of [0, 1]) this.#run(random.fork(20 + poster), (own) => this.#post(own));
    for (const searcher of [0, 1]) this.#run(random.fork(30 + searcher), (own) => this.#search(own));
  }

  /** The server is dead, or is to be left alone: every task ends with the call it is in. */
  async end(): Promise<void> {
    this.#ended = true;
    await Promise.all(this.#tasks);
  }

  #run(random: Random, step: (random: Random) => Promise<void>): void {
    const loop = async () => {
      while (!this.#ended) {
        try {
          await step(random);
        } catch (error) {
          if (error instanceof ConnectionLost) {
            // Told apart by the round: before the kill nobody may lose a connection.
            this.onLost(error);
            return;
          }
          this.wrong.push(error instanceof Error ? error.message : String(error));
          return;
        }
      }
    };
    this.#tasks.push(loop());
  }

  onLost: (error: ConnectionLost) => void = () => undefined;

  #name(kind: string): string {
    this.#count += 1;
    return `${kind}-${this.#to.round}-${this.#count}`;
  }

  /** @returns the body of an accepted answer, or undefined when it was refused for now */
  async #ask(
    path: string,
    call: Parameters<HttpClient['call']>[1],
    fine: readonly number[] = [],
  ): Promise<string | undefined> {
    const { status, text } = await this.#to.client.call(path, call);
    if ((status >= 200 && status < 300) || fine.includes(status)) return text;
    this.refused.set(status, (this.refused.get(status) ?? 0) + 1);
    if (status !== 429 && status !== 503 && status !== 409)
      this.wrong.push(`${call?.method ?? 'POST'} ${path} gave ${status}: ${text.slice(0, 300)}`);
    return undefined;
  }

  #content(random: Random): Content {
    const stock = random.between(0, 99);
    return {
      fields: {
        title: someTitle(random),
        note: `${this.#to.round}.${this.#count} "ü" ${'x'.repeat(random.between(0, 40))}`,
      },
      attributes: { stock, price: stock / 8, sold: random.chance(0.5), shop: random.pick(['east', 'west']) },
    };
  }

  #someWrite(random: Random, owner: string): Write {
    const id = `${owner}-${random.between(0, idsOfWriter - 1)}`;
    const kind = random.next();
    if (kind < 0.6) return { op: 'upsert', id, ...this.#content(random) };
    if (kind < 0.75) return { op: 'delete', id };
    const { fields, attributes } = this.#content(random);
    return random.chance(0.5)
      ? {
          op: 'patch',
          id,
          fields: { title: fields['title']! },
          attributes: { stock: attributes['stock']!, shop: null },
        }
      : { op: 'patch', id, fields: { note: null, extra: fields['note']! } };
  }

  async #write(random: Random, owner: string): Promise<void> {
    const { collection, documents, journal } = this.#to;
    const base = `/v1/collections/${collection}/documents`;
    const lines = random.chance(0.7) ? 1 : random.between(2, random.chance(0.3) ? bulkLines : 40);
    const unit = documents.begin(Array.from({ length: lines }, () => this.#someWrite(random, owner)));
    const single = lines === 1 && random.chance(0.7) ? unit.writes[0]! : undefined;
    let text: string | undefined;
    if (single) {
      const { op, id, ...body } = single;
      const method = { upsert: 'PUT', patch: 'PATCH', delete: 'DELETE' }[op];
      const absent = op !== 'upsert' && !documents.contents.has(id);
      text = await this.#ask(
        `${base}/${id}`,
        { method, ...(op !== 'delete' && { body }) },
        absent ? [404] : [],
      );
    } else {
      const body = unit.writes.map((write) => `${JSON.stringify(write)}\n`).join('');
      text = await this.#ask(base, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/x-ndjson' },
      });
    }
    if (text === undefined) return documents.refuse(unit);
    const expected = documents.acknowledge(unit);
    journal.write({ round: this.#to.round, writes: unit.writes });
    if (single) return;
    const answers = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { status?: string; error?: { code: string } });
    const statuses = answers.map(
      ({ status, error }) => status ?? (error?.code === 'NOT_FOUND' ? 'notFound' : error?.code),
    );
    if (statuses.join() !== expected.join())
      this.wrong.push(`A bulk post was answered ${statuses.join()} where ${expected.join()} was due`);
  }

  async #writeContended(random: Random): Promise<void> {
    const { collection, documents, journal } = this.#to;
    const id = `shared-${random.between(0, 4)}`;
    const content = this.#content(random);
    documents.beginContended(id, content);
    const text = await this.#ask(`/v1/collections/${collection}/documents/${id}`, {
      method: 'PUT',
      body: content,
    });
    if (text === undefined) return documents.refuseContended(id, content);
    const { sequence } = JSON.parse(text) as { sequence: number };
    documents.acknowledgeContended(id, content, sequence);
    journal.write({ round: this.#to.round, id, content, sequence });
  }

  async #post(random: Random): Promise<void> {
    const { collection } = this.#to;
    const events = Array.from({ length: random.chance(0.5) ? 1 : random.between(2, 20) }, (): MarkedEvent => {
      const mark = this.#name('e');
      return {
        mark,
        action_name: random.pick(['click', 'add_to_cart', 'impression']),
        application: collection,
        user_query: someQuery(random),
        timestamp: new Date(1_700_000_000_000 + this.#count * 1000).toISOString(),
        event_attributes: {
          object: { object_id: `w0-${random.between(0, 79)}` },
          position: { ordinal: random.between(1, 10) },
        },
      };
    });
    const post = { key: this.#name('post'), events };
    this.#to.events.begin(post);
    await this.send(post);
  }

  /** Sends a post of events, again where its answer was lost: the key makes that harmless. */
  async send(post: Post): Promise<void> {
    const { events, journal, round } = this.#to;
    const headers = { 'idempotency-key': post.key };
    const text = await this.#ask('/v1/events', { body: post.events, headers });
    if (text === undefined) return events.refuse(post);
    events.acknowledge(post);
    journal.write({ round, events: post.events.map(({ mark }) => mark) });
  }

  async #search(random: Random): Promise<void> {
    const { collection, releases } = this.#to;
    const query = someQuery(random);
    const body = { text: query, mode: 'vector', limit: 3, record: random.chance(0.5) };
    const text = await this.#ask(`/v1/collections/${collection}/search`, { body });
    if (text === undefined) return;
    this.searches += 1;
    const answer = JSON.parse(text) as SearchBody;
    this.wrong.push(
      ...(await this.#searches.wrongWith(query, answer, releases.fingerprintOf(answer.release))),
    );
  }

  /** Promotes the bundle that is not in service, or rolls back. */
  async promote(random: Random): Promise<void> {
    const { collection, releases, bundles, journal, round } = this.#to;
    const names = [...bundles.values()];
    const back = releases.acknowledged > 0 && random.chance(0.3);
    const model = names.find((name) => name !== releases.last.bundle)!;
    releases.begin(back ? names : [model]);
    const path = `/v1/collections/${collection}/${back ? 'rollback' : 'promote'}`;
    const text = await this.#ask(path, {
      method: 'POST',
      ...(!back && { body: { model } }),
      timeoutMs: 60_000,
    });
    if (text === undefined) return releases.refuse();
    const { number, bundle, fingerprint } = JSON.parse(text) as {
      number: number;
      bundle: string;
      fingerprint: string;
    };
    const serving: Serving = { release: number, bundle, fingerprint };
    releases.acknowledge(serving);
    this.promotions += 1;
    journal.write({ round, serving });
  }
}
