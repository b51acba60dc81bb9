import { randomUUID } from 'node:crypto';
import { mkdir, realpath, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { defaultActionWeights } from '@attune/data';
import { findBundle, type TokenizedTexts } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import type { LexicalSettings } from '@attune/loop';
import {
  type BundleRecord,
  type CollectionRecord,
  type DocumentWrite,
  type ReleaseRecord,
  Store,
  type StoredDocument,
  type UbiEvent,
  type VerifyReport,
  type WriteResult,
} from '@attune/store';
import { registerBundle, removeHalfMadeBundles } from './bundles.js';
import { checkWrites } from './collections/check-writes.js';
import { lexicalSettings } from './collections/lexical-settings.js';
import {
  type NumberedRelease,
  type PromoteOptions,
  ServingCollection,
} from './collections/serving-collection.js';
import {
  bundleFolder,
  indexesOf,
  indexNumberOf,
  releaseName,
  type ServingContext,
} from './collections/slots.js';
import { Encoders } from './encoders.js';
import type { Embedded } from './generation/embedding.js';
import { searchItem } from './generation/search-item.js';
import { checkName } from './names.js';
import { type ServiceOptions, type ServiceSettings, serviceSettings } from './options.js';
import { SearchLog } from './search-log.js';
import type { CollectionSummary, SearchAnswer, SearchRequest } from './types.js';

export interface CreateOptions {
  /** Name of a registered bundle; attune-base-en, which registers itself, unless told. */
  bundle?: string | undefined;
  lexical?: Partial<LexicalSettings> | undefined;
}

export interface PromoteRequest extends PromoteOptions {
  reason: 'gate' | 'hand';
  /** Name of the decision. */
  of?: string | undefined;
  /** Those in service unless told. */
  lexical?: LexicalSettings | undefined;
}

const shippedBundle = 'attune-base-en';

/** Everything that a data folder holds, in service. */
export class Service {
  readonly store: Store;
  readonly folder: string;
  readonly #settings: ServiceSettings;
  readonly #context: ServingContext;
  readonly #collections = new Map<string, ServingCollection>();
  /** Names of collections that are being made or dropped. */
  readonly #busy = new Set<string>();
  readonly #aliases = new Map<string, string>();
  readonly #encoders: Encoders;
  readonly #searchLog: SearchLog;
  #registering: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  private constructor(store: Store, folder: string, settings: ServiceSettings) {
    this.store = store;
    this.folder = folder;
    this.#settings = settings;
    this.#context = { store, folder, settings };
    const { maxQueuedSearches: mostWaiting, closeTimeoutMs } = settings;
    this.#encoders = new Encoders({ mostWaiting, closeTimeoutMs });
    this.#searchLog = new SearchLog(store, settings.log);
  }

  /**
   * Opens a data folder. Its collections are opened in the background: `ready` says when all of them answer.
   *
   * @throws {AttuneError} STORE_LOCKED, FILE_NOT_FOUND, FILE_CORRUPT, FORMAT_UNSUPPORTED, FILE_UNWRITABLE
   */
  static async open(folder: string, options: ServiceOptions = {}): Promise<Service> {
    const { create = true } = options;
    if (create) await mkdir(folder, { recursive: true });
    const store = await Store.open(folder, { create });
    try {
      const place = await realpath(resolve(folder));
      const service = new Service(store, place, serviceSettings(options));
      await service.#openAll();
      return service;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** Whether every collection answers, and the names of those that do not yet. */
  ready(): { ready: boolean; waiting: string[] } {
    const waiting = [...this.#collections.values()].filter(({ isReady }) => !isReady).map(({ name }) => name);
    return { ready: waiting.length === 0 && this.#closing === undefined, waiting };
  }

  /** @throws {AttuneError} INVALID_ARGUMENT, CONFLICT, NOT_FOUND for a bundle that is not registered */
  async createCollection(name: string, options: CreateOptions = {}): Promise<CollectionSummary> {
    checkName('a collection', name);
    const { bundle = shippedBundle, lexical } = options;
    const settings = lexicalSettings(lexical);
    return this.#alone(name, async () => {
      if (this.#collections.has(name) || this.#aliases.has(name))
        throw new AttuneError('CONFLICT', `There is a collection or an alias ${name} already.`);
      const { fingerprint } = await this.#bundle(bundle);
      const createdAt = Date.now();
      const record: CollectionRecord = {
        createdAt,
        release: 1,
        golden: null,
        learning: {
          schedule: null,
          everyJudgedQueries: null,
          promotion: 'byHand',
          datasets: [],
          actionWeights: { ...defaultActionWeights },
        },
      };
      const release: ReleaseRecord = {
        createdAt,
        bundle,
        fingerprint,
        lexical: settings,
        reason: 'first',
        of: null,
      };
      await this.store.createCollection(name, record, release);
      // An index of this name is of a collection that was dropped in a crash.
      await rm(indexesOf(this.folder, name), { recursive: true, force: true });
      const serving = new ServingCollection(this.#context, name, record, { ...release, number: 1 }, 1);
      this.#collections.set(name, serving);
      await serving.current.opened;
      return this.#summary(serving);
    });
  }

  /** Ends its searches, and removes its documents, releases and aliases. Events stay. */
  async dropCollection(name: string): Promise<void> {
    const serving = this.#exact(name);
    await this.#alone(name, async () => {
      await serving.close({ save: false });
      await this.store.dropCollection(name);
      this.#collections.delete(name);
      for (const [alias, collection] of this.#aliases) if (collection === name) this.#aliases.delete(alias);
      await rm(indexesOf(this.folder, name), { recursive: true, force: true });
    });
  }

  /** By name. */
  collections(): Promise<CollectionSummary[]> {
    const all = [...this.#collections.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return Promise.all(all.map((serving) => this.#summary(serving)));
  }

  async collection(nameOrAlias: string): Promise<CollectionSummary> {
    return this.#summary(this.#serving(nameOrAlias));
  }

  /** By alias. */
  aliases(): { alias: string; collection: string }[] {
    return [...this.#aliases].sort().map(([alias, collection]) => ({ alias, collection }));
  }

  /** Makes a name stand for a collection, or for another one than before. */
  async setAlias(alias: string, collection: string): Promise<void> {
    checkName('an alias', alias);
    if (this.#collections.has(alias))
      throw new AttuneError('CONFLICT', `There is a collection ${alias}: choose another name for the alias.`);
    await this.#alone(alias, async () => {
      const { name } = this.#exact(collection);
      await this.store.change([{ kind: 'alias', name: alias, put: { collection: name } }]);
      this.#aliases.set(alias, name);
    });
  }

  async removeAlias(alias: string): Promise<void> {
    if (!this.#aliases.has(alias)) throw new AttuneError('NOT_FOUND', `There is no alias ${alias}.`);
    await this.#alone(alias, async () => {
      await this.store.change([{ kind: 'alias', name: alias, remove: true }]);
      this.#aliases.delete(alias);
    });
  }

  async configure(
    collection: string,
    { golden, learning }: Partial<Pick<CollectionRecord, 'golden' | 'learning'>>,
  ): Promise<CollectionRecord> {
    return this.#serving(collection).configure({
      ...(golden !== undefined && { golden }),
      ...(learning !== undefined && { learning }),
    });
  }

  /**
   * Writes documents, all or none; answered once they are durable, with `refresh` once searches see them.
   *
   * @throws {AttuneError} INVALID_ARGUMENT naming the first that is wrong, by its place; what the store throws
   */
  async write(
    collection: string,
    writes: readonly DocumentWrite[],
    options: { refresh?: boolean | undefined } = {},
  ): Promise<WriteResult[]> {
    checkWrites(writes);
    return this.#serving(collection).write(writes, { refresh: options.refresh ?? false });
  }

  async document(collection: string, id: string): Promise<StoredDocument | undefined> {
    return this.store.document(this.#serving(collection).name, id);
  }

  /** By id. */
  async documents(
    collection: string,
    { after, limit = 100 }: { after?: string | undefined; limit?: number | undefined } = {},
  ): Promise<StoredDocument[]> {
    const { name } = this.#serving(collection);
    return this.store.documents(name, { limit, ...(after !== undefined && { after }) });
  }

  /** @throws {AttuneError} INVALID_ARGUMENT, DIMENSION_MISMATCH, NOT_FINITE, NOT_FOUND, UNAVAILABLE, OVERLOADED, CANCELLED */
  async search(collection: string, request: SearchRequest): Promise<SearchAnswer> {
    const serving = this.#serving(collection);
    const item = searchItem(request);
    const { hitsJson, count, ids, release, fingerprint } = await serving.search(item, request.signal);
    const queryId = randomUUID();
    if (ids) {
      this.#searchLog.add({
        queryId,
        collection: serving.name,
        text: item.text,
        at: Date.now(),
        release,
        fingerprint,
        hits: ids,
        offset: item.offset,
        ...(request.filter !== undefined && { filter: request.filter }),
      });
    }
    return { queryId, release, fingerprint, hitsJson, count };
  }

  /**
   * Vectors by the model of a collection (its name or alias) or of a bundle.
   *
   * @throws {AttuneError} NOT_FOUND, INVALID_ARGUMENT, UNAVAILABLE, OVERLOADED, CANCELLED
   */
  async embed(
    model: string,
    input: readonly string[] | TokenizedTexts,
    role: 'query' | 'document',
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<Embedded> {
    const item = { role, input };
    const serving = this.#collections.get(this.#aliases.get(model) ?? model);
    if (serving) return serving.current.embed(item, signal);
    for (const { generations } of this.#collections.values()) {
      const using = generations.find(({ release, isReady }) => isReady && release.bundle === model);
      if (using) return using.embed(item, signal);
    }
    if ((await this.store.get('bundle', model)) === undefined)
      throw new AttuneError('NOT_FOUND', `There is no collection, alias or model ${model}.`);
    return this.#encoders.embed(model, bundleFolder(this.folder, model), item, signal);
  }

  /** Keeps what people did. The searches that it cites are in the store by then. */
  async recordEvents(
    events: readonly UbiEvent[],
    { idempotencyKey }: { idempotencyKey?: string | undefined } = {},
  ): Promise<{ count: number }> {
    await this.#searchLog.flush();
    const options = idempotencyKey === undefined ? {} : { idempotencyKey };
    const { count } = await this.store.appendEvents(events, options);
    return { count };
  }

  /** Puts a bundle into service: its index is made beside what is in service, then both are flipped as one. */
  async promote(collection: string, bundle: string, request: PromoteRequest): Promise<NumberedRelease> {
    const serving = this.#serving(collection);
    const { reason, of = null, lexical, signal, onProgress } = request;
    const { fingerprint } = await this.#bundle(bundle);
    const settings = lexicalSettings(
      lexical ?? (serving.current.release.lexical as LexicalSettings | undefined),
    );
    return serving.promote({ bundle, fingerprint, lexical: settings, reason, of }, { signal, onProgress });
  }

  /** @throws {AttuneError} CONFLICT when nothing was in service before */
  async rollBack(collection: string): Promise<NumberedRelease> {
    return this.#serving(collection).rollBack();
  }

  /** The newest first. */
  async releases(collection: string): Promise<NumberedRelease[]> {
    const { name } = this.#serving(collection);
    const prefix = releaseName(name, 0).slice(0, -1);
    const found = await this.store.list('release', { prefix });
    return found
      .map((each) => ({ ...each.value, number: Number(each.name.slice(prefix.length)) }))
      .sort((a, b) => b.number - a.number);
  }

  async backup(folder: string): Promise<void> {
    await this.#searchLog.flush();
    await this.store.backup(folder);
  }

  verify(): Promise<VerifyReport> {
    return this.store.verify();
  }

  /** Answers what was asked, writes what is left to write, ends the threads and closes the store. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#collections.values()].map((serving) => serving.close({ save: true })));
    await this.#encoders.close();
    await this.#searchLog.flush();
    await this.store.close();
  }

  async #openAll(): Promise<void> {
    await removeHalfMadeBundles(this.folder);
    for (const { name, value } of await this.store.list('alias')) this.#aliases.set(name, value.collection);
    for (const { name, value } of await this.store.list('collection')) {
      const release = await this.store.get('release', releaseName(name, value.release));
      if (release === undefined) {
        throw new AttuneError(
          'FILE_CORRUPT',
          `The collection ${name} has release ${value.release} in service, but there is no record of it. Restore a backup.`,
        );
      }
      await ServingCollection.removeLeftovers(this.folder, name);
      const numbered = { ...release.value, number: value.release };
      const indexNumber = await indexNumberOf(this.store, name, value.release);
      this.#collections.set(name, new ServingCollection(this.#context, name, value, numbered, indexNumber));
    }
  }

  /** The record of a bundle; the shipped one registers itself when it is first wanted. */
  async #bundle(name: string): Promise<BundleRecord> {
    const found = await this.store.get('bundle', name);
    if (found) return found.value;
    if (name !== shippedBundle)
      throw new AttuneError('NOT_FOUND', `There is no model ${name}. Import it, or train one of this name.`);
    const registering = this.#registering.then(async () => {
      const meanwhile = await this.store.get('bundle', name);
      if (meanwhile) return meanwhile.value;
      const { folder, store } = this;
      return registerBundle({ folder, store, name, from: await findBundle(name) });
    });
    this.#registering = registering.catch(() => undefined);
    return registering;
  }

  async #summary(serving: ServingCollection): Promise<CollectionSummary> {
    const { name, record, current } = serving;
    const { bundle, fingerprint } = current.release;
    const [documents, stored] = await Promise.all([
      this.store.countDocuments(name),
      this.store.get('bundle', bundle),
    ]);
    return {
      name,
      createdAt: record.createdAt,
      documents,
      release: current.number,
      bundle,
      fingerprint,
      dim: current.state?.dim ?? stored?.value.dim ?? 0,
      indexed: current.state?.documents ?? 0,
      ready: current.isReady,
    };
  }

  #serving(nameOrAlias: string): ServingCollection {
    return this.#exact(this.#aliases.get(nameOrAlias) ?? nameOrAlias);
  }

  #exact(name: string): ServingCollection {
    if (this.#closing) throw new AttuneError('UNAVAILABLE', 'The service is closed.');
    const serving = this.#collections.get(name);
    if (serving) return serving;
    throw new AttuneError('NOT_FOUND', `There is no collection ${JSON.stringify(name)}.`);
  }

  /** One change at a time of what a name stands for. */
  async #alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (this.#closing) throw new AttuneError('UNAVAILABLE', 'The service is closed.');
    if (this.#busy.has(name))
      throw new AttuneError(
        'CONFLICT',
        `${name} is being changed by another request. Try again in a moment.`,
      );
    this.#busy.add(name);
    try {
      return await work();
    } finally {
      this.#busy.delete(name);
    }
  }
}
