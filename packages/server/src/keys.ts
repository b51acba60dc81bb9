import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { AttuneError, checkCount } from '@attune/errors';
import { checkName } from '@attune/schema';
import type { KeyRecord, KeyScope, RecordChange, StoredRecord } from '@attune/store';

/** The part of the store that keys are kept in. */
export interface KeyStore {
  get(kind: 'key', name: string): Promise<StoredRecord<'key'> | undefined>;
  list(kind: 'key', options?: { limit?: number; after?: string }): Promise<StoredRecord<'key'>[]>;
  change(changes: readonly RecordChange[]): Promise<void>;
}

/** A key as it may be shown: everything but its secret. */
export type KeyView = { id: string } & Omit<KeyRecord, 'sha256' | 'collections' | 'costPerSecond'> & {
    /** Names of the collections that it is for; null: all. */
    collections: string[] | null;
    /** What its requests may cost a second, where 1 is a plain search for 10 hits; null: any. */
    costPerSecond: number | null;
  };

export const keyScopes: readonly KeyScope[] = [
  'search',
  'write',
  'feedback',
  'import',
  'train',
  'metrics',
  'admin',
];

/** What a key for some collections may open: the rest is about all of them. */
const scopesOfBound: readonly KeyScope[] = ['search', 'write', 'feedback'];

/** Beyond it a limit is none. */
export const mostCostPerSecond = 1_000_000;

const prefix = 'attune_';
const secretBytes = 32;
const pageSize = 1000;

/**
 * Makes a key and keeps its hash. The key itself, `attune_<id>_<secret>`, is in this answer and nowhere else.
 *
 * @example
 * const { key } = await createKey(store, { label: 'shop front', scopes: ['search', 'feedback'] });
 */
export async function createKey(
  store: KeyStore,
  options: {
    label: string;
    scopes: readonly KeyScope[];
    /** Names, not aliases, of the collections that it is for. Unless set: all. */
    collections?: readonly string[] | null | undefined;
    /** What its requests may cost a second, a whole number from 1 to 1,000,000; 1 is a plain search for 10 hits. Unless set: any. */
    costPerSecond?: number | null | undefined;
    expiresAt?: number | null | undefined;
  },
): Promise<{ key: string } & KeyView> {
  const unknown = options.scopes.filter((scope) => !keyScopes.includes(scope));
  if (options.scopes.length === 0 || unknown.length > 0) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected one or more scopes of ${keyScopes.join(', ')}, but received ${options.scopes.join(', ') || 'none'}.`,
    );
  }
  const { collections = null, costPerSecond = null } = options;
  if (costPerSecond !== null) checkCount('costPerSecond', costPerSecond, mostCostPerSecond);
  const unbound = options.scopes.find((scope) => !scopesOfBound.includes(scope));
  if (collections !== null && (collections.length === 0 || unbound !== undefined)) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      collections.length === 0
        ? 'Expected the names of one or more collections, or no list for all, but received an empty one.'
        : `Expected a key for some collections to have scopes of ${scopesOfBound.join(', ')}, but received ${unbound}, which is about all of them.`,
    );
  }
  for (const name of collections ?? []) checkName('collection', name);
  const id = randomBytes(6).toString('hex');
  const secret = randomBytes(secretBytes).toString('hex');
  const record: KeyRecord = {
    createdAt: Date.now(),
    label: options.label,
    sha256: createHash('sha256').update(secret).digest('hex'),
    scopes: [...new Set(options.scopes)],
    ...(collections !== null && { collections: [...new Set(collections)] }),
    ...(costPerSecond !== null && { costPerSecond }),
    expiresAt: options.expiresAt ?? null,
    revokedAt: null,
  };
  await store.change([{ kind: 'key', name: id, put: record, version: 0 }]);
  return { key: `${prefix}${id}_${secret}`, ...viewOf(id, record) };
}

/**
 * Ends a key. Its record stays, so that the log's ids keep their meaning; a server sees it within a second.
 *
 * @throws {AttuneError} NOT_FOUND
 */
export async function revokeKey(store: KeyStore, id: string): Promise<KeyView> {
  const found = await findKey(store, id);
  const record = { ...found.value, revokedAt: found.value.revokedAt ?? Date.now() };
  await store.change([{ kind: 'key', name: id, put: record, version: found.version }]);
  return viewOf(id, record);
}

/** @throws {AttuneError} NOT_FOUND */
export async function findKey(store: KeyStore, id: string): Promise<StoredRecord<'key'>> {
  const found = await store.get('key', id);
  if (found !== undefined) return found;
  throw new AttuneError(
    'NOT_FOUND',
    `Expected the id of a key, as the list of keys shows it, but there is none called ${JSON.stringify(id)}.`,
  );
}

export async function listKeys(store: KeyStore): Promise<KeyView[]> {
  return (await readAll(store)).map(({ name, value }) => viewOf(name, value));
}

function viewOf(id: string, { sha256: _, ...record }: KeyRecord): KeyView {
  return {
    id,
    ...record,
    collections: record.collections ?? null,
    costPerSecond: record.costPerSecond ?? null,
  };
}

async function readAll(store: KeyStore): Promise<StoredRecord<'key'>[]> {
  const all: StoredRecord<'key'>[] = [];
  for (;;) {
    const page = await store.list(
      'key',
      all.length === 0 ? { limit: pageSize } : { limit: pageSize, after: all.at(-1)!.name },
    );
    all.push(...page);
    if (page.length < pageSize) return all;
  }
}

interface Held {
  view: KeyView;
  /** SHA-256 of the secret, 32 bytes. */
  digest: Buffer;
}

// Compared with when an id is unknown, so that an unknown key takes as long to refuse as a wrong one.
const nobody = randomBytes(32);

const staleMs = 400;
const oldMs = 900;

/**
 * All keys, as they were less than a second ago. They are read together, not one at a time: a flood of made-up ids asks the
 * store nothing, and whether any key exists is known with them.
 */
export class KeyRing {
  readonly #store: KeyStore;
  #held = new Map<string, Held>();
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(store: KeyStore) {
    this.#store = store;
  }

  /** Whether there is a key at all, revoked and expired ones too: then every request needs one. */
  get any(): boolean {
    return this.#held.size > 0;
  }

  /** Undefined while what is held is young enough to decide by; else wait for it. A busy server never waits: it reads ahead. */
  fresh(): Promise<void> | undefined {
    const age = performance.now() - this.#readAt;
    if (age < staleMs) return undefined;
    const reading = this.refresh();
    if (age >= oldMs) return reading;
    reading.catch(() => undefined); // the request that finds the keys too old will say so
    return undefined;
  }

  /** Reads the keys now: after a change of them through this process. */
  refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    const began = performance.now();
    const records = await readAll(this.#store);
    this.#held = new Map(
      records.map(({ name, value }) => [
        name,
        { view: viewOf(name, value), digest: Buffer.from(value.sha256, 'hex') },
      ]),
    );
    this.#readAt = began;
  }

  /** The key's view when it is known, its secret right, and it is neither revoked nor expired. */
  verify(key: string, now = Date.now()): KeyView | undefined {
    const end = key.indexOf('_', prefix.length);
    const wellFormed = key.startsWith(prefix) && end > 0;
    const held = wellFormed ? this.#held.get(key.slice(prefix.length, end)) : undefined;
    const given = createHash('sha256')
      .update(wellFormed ? key.slice(end + 1) : key)
      .digest();
    const right = timingSafeEqual(given, held?.digest ?? nobody);
    if (!right || held === undefined) return undefined;
    const { revokedAt, expiresAt } = held.view;
    return revokedAt !== null || (expiresAt !== null && expiresAt <= now) ? undefined : held.view;
  }
}
