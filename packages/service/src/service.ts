import { randomUUID } from 'node:crypto';
import type { TokenizedTexts } from '@attune/encode';
import { AttuneError, checkFilledText } from '@attune/errors';
import { Jobs } from '@attune/jobs';
import {
  type Checked,
  checkDocumentWrites,
  checkEvents,
  checkSearchRequest,
  type DocumentWrite,
  keptEvents,
  limits,
  type SearchRequest,
  type UbiEvent,
} from '@attune/schema';
import {
  type AppendOptions,
  bundleFolder,
  type CollectionRecord,
  type DocumentsOptions,
  type DocumentsPage,
  Store,
  type StoredDocument,
  type VerifyReport,
  type WriteResult,
} from '@attune/store';
import type { BatchFigures } from './coalescer.js';
import type { CollectionChange, NumberedRelease, Promotion } from './collections/changes.js';
import { newCollection } from './collections/new-collection.js';
import { Registry } from './collections/registry.js';
import { givenSettings, releaseOf } from './collections/release-settings.js';
import type { ServingContext } from './collections/slots.js';
import { summaryOf } from './collections/summary.js';
import { Datasets } from './datasets/datasets.js';
import type { Embedded, EmbedItem } from './encoding/embed-requests.js';
import { Encoders } from './encoding/encoders.js';
import { UnknownTokens } from './encoding/unknown-tokens.js';
import { finishJobs } from './finish/finish-jobs.js';
import { recordedText } from './generation/asked-query.js';
import type { Generation } from './generation/generation.js';
import { searchOf } from './generation/search-batch.js';
import { Models } from './models/models.js';
import { type ServiceOptions, type ServiceSettings, serviceSettings } from './options.js';
import { realPlace } from './real-place.js';
import type { CreateOptions, PromoteRequest } from './requests.js';
import { KeptSearches } from './retention/kept-searches.js';
import { Retention } from './retention/retention.js';
import { Scrub, type ScrubReport } from './scrub/scrub.js';
import { SearchLog } from './search-log.js';
import { checkSchedule } from './triggers/schedule.js';
import { Triggers } from './triggers/triggers.js';
import type { CollectionSummary, SearchAnswer } from './types.js';

const shippedBundle = 'attune-base-en';

/** Everything that a data folder holds, in service. */
export class Service {
  readonly store: Store;
  readonly folder: string;
  readonly models: Models;
  readonly datasets: Datasets;
  readonly jobs: Jobs;
  readonly #registry: Registry;
  readonly #encoders: Encoders;
  readonly #keptSearches: KeptSearches;
  readonly #searchLog: SearchLog;
  readonly #unknownTokens: UnknownTokens;
  readonly #triggers: Triggers;
  readonly #retention: Retention;
  readonly #scrub: Scrub;
  #closing: Promise<void> | undefined;
  /** Told of each batch of searches, for metrics. */
  searched: ((collection: string, figures: BatchFigures) => void) | undefined;
  /** Told of the tokens that a model encoded, for metrics. */
  encoded: ServingContext['encoded'];

  private constructor(store: Store, folder: string, settings: ServiceSettings, parts: Parts) {
    this.store = store;
    this.folder = folder;
    this.models = parts.models;
    this.datasets = parts.datasets;
    this.jobs = parts.jobs;
    this.#registry = parts.registry;
    this.#triggers = parts.triggers;
    this.#retention = parts.retention;
    const { maxQueuedSearches: mostWaiting, closeTimeoutMs } = settings;
    this.#encoders = new Encoders({ mostWaiting, closeTimeoutMs });
    this.#keptSearches = new KeptSearches(store, settings.retention, settings.log);
    this.#searchLog = new SearchLog(store, settings.log, (bytes) => this.#keptSearches.noted(bytes));
    this.#unknownTokens = new UnknownTokens(settings.log);
    this.#scrub = new Scrub({ folder, settings: settings.scrub, log: settings.log });
  }

  /**
   * Opens a data folder. The collections that were used last are opened in the background (see `ready`), the others when they are asked.
   *
   * @throws {AttuneError} INVALID_ARGUMENT for an index or a model; STORE_LOCKED, FILE_NOT_FOUND, FILE_CORRUPT, FORMAT_UNSUPPORTED,
   *   FILE_UNWRITABLE
   */
  static async open(folder: string, options: ServiceOptions = {}): Promise<Service> {
    checkFilledText('folder', folder, 'the path of a data folder');
    const { create = true } = options;
    // By its real path everywhere: what an answer must not name is taken out by it.
    const place = await realPlace(folder);
    const settings = serviceSettings(options);
    const store = await Store.open(place, { create, onDeath: (message) => settings.log('error', message) });
    for (const what of store.mended) settings.log('warn', `attune.db: ${what}.`);
    try {
      const models = await Models.open({ store, folder: place, log: settings.log });
      const context: ServingContext = {
        store,
        folder: place,
        settings,
        searched: (collection, figures) => service.searched?.(collection, figures),
        encoded: (model, role, tokens) => service.encoded?.(model, role, tokens),
      };
      const datasets = await Datasets.open({ store, folder: place, log: settings.log });
      const jobs = await Jobs.open({
        store,
        folder: place,
        finish: finishJobs({
          store,
          models,
          datasets,
          promote: (collection, bundle, request) => service.promote(collection, bundle, request),
        }),
        log: settings.log,
        onEnded: () => void retention.sweep(),
      });
      const retention = new Retention({
        store,
        jobs,
        models,
        settings: settings.retention,
        log: settings.log,
      });
      const triggers = await Triggers.open({
        store,
        folder: place,
        start: (collection) => jobs.start('cycle', { collection }),
        unfinished: () => jobs.unfinished(),
        log: settings.log,
      });
      const registry = await Registry.open(context, models);
      const parts = { registry, models, datasets, jobs, triggers, retention };
      const service = new Service(store, place, settings, parts);
      jobs.begin();
      void retention.sweep();
      service.#scrub.begin();
      return service;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** Whether every collection answers who asks, and the names of those that do not yet. */
  ready(): { ready: boolean; waiting: string[] } {
    const waiting = this.#registry.waiting;
    return { ready: waiting.length === 0 && this.#closing === undefined, waiting };
  }

  /**
   * Resolves when a collection is open, with all that was written before it was.
   *
   * @throws {AttuneError} NOT_FOUND; why it cannot be opened
   */
  async whenReady(collection: string): Promise<void> {
    await this.#registry.get(collection).generations.whenOpen();
  }

  /** @throws {AttuneError} INVALID_ARGUMENT, CONFLICT, NOT_FOUND for a model that is not there */
  async createCollection(name: string, options: CreateOptions = {}): Promise<CollectionSummary> {
    const { bundle = shippedBundle, lexical } = options;
    const createdAt = Date.now();
    const record = newCollection(createdAt, givenSettings(lexical));
    const serving = await this.#registry.create(name, record, async () => {
      const model = await this.models.ensure(bundle);
      await this.models.tried(bundle);
      return { createdAt, ...releaseOf(record, bundle, model), reason: 'first', of: null };
    });
    return summaryOf(this.store, serving);
  }

  /** Ends its searches, and removes its documents, releases and aliases. Events stay. */
  async dropCollection(name: string): Promise<void> {
    await this.#registry.drop(name);
    await this.#triggers.follow(name);
  }

  /** By name. */
  collections(): Promise<CollectionSummary[]> {
    return Promise.all(this.#registry.all().map((serving) => summaryOf(this.store, serving)));
  }

  async collection(nameOrAlias: string): Promise<CollectionSummary> {
    return summaryOf(this.store, this.#registry.get(nameOrAlias));
  }

  /** A collection's name by its name or an alias; undefined where there is none. */
  collectionName(nameOrAlias: string): string | undefined {
    return this.#registry.find(nameOrAlias)?.name;
  }

  /** Names of the collections that are open, or are being opened. */
  openCollections(): string[] {
    return this.#registry.openNames;
  }

  /** Searches that wait for their batch, by collection. */
  waitingSearches(): { collection: string; waiting: number }[] {
    return this.#registry.waitingSearches();
  }

  /** By alias. */
  aliases(): { alias: string; collection: string }[] {
    return this.#registry.aliases();
  }

  /** Makes a name stand for a collection, or for another one than before. */
  setAlias(alias: string, collection: string): Promise<void> {
    return this.#registry.setAlias(alias, collection);
  }

  removeAlias(alias: string): Promise<void> {
    return this.#registry.removeAlias(alias);
  }

  async configure(collection: string, { golden, learning }: CollectionChange): Promise<CollectionRecord> {
    if (typeof learning?.schedule === 'string') checkSchedule(learning.schedule);
    const serving = this.#registry.get(collection);
    const record = await serving.configure({
      ...(golden !== undefined && { golden }),
      ...(learning !== undefined && { learning }),
    });
    await this.#triggers.follow(serving.name);
    return record;
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
    return this.writeChecked(collection, checkDocumentWrites(writes), options);
  }

  /** `write` for who has checked each write already, such as a server that answers for each: they are not looked at again. */
  async writeChecked(
    collection: string,
    writes: readonly Checked<DocumentWrite>[],
    options: { refresh?: boolean | undefined } = {},
  ): Promise<WriteResult[]> {
    return this.#registry.get(collection).write(writes, { refresh: options.refresh ?? false });
  }

  async document(collection: string, id: string): Promise<StoredDocument | undefined> {
    return this.store.document(this.#registry.get(collection).name, id);
  }

  /** The next by id, as the store gives them. */
  async documents(
    collection: string,
    { limit = 100, ...options }: Partial<DocumentsOptions> = {},
  ): Promise<DocumentsPage> {
    return this.store.documents(this.#registry.get(collection).name, { limit, ...options });
  }

  /**
   * Finds documents by the generation in service; of a closed collection, when it has been opened.
   *
   * @throws {AttuneError} INVALID_ARGUMENT, DIMENSION_MISMATCH, NOT_FINITE, NOT_FOUND, UNAVAILABLE, OVERLOADED, CANCELLED
   */
  async search(
    collection: string,
    request: SearchRequest<Float32Array>,
    options: { signal?: AbortSignal | undefined } = {},
  ): Promise<SearchAnswer> {
    return this.searchChecked(collection, checkSearchRequest(request), options);
  }

  /** `search` for who has checked the request already, as the schema of an HTTP route does. */
  async searchChecked(
    collection: string,
    request: Checked<SearchRequest<Float32Array>>,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<SearchAnswer> {
    const serving = this.#registry.get(collection);
    const search = searchOf(request);
    const { hitsJson, count, ids, isCut, number, fingerprint } = await serving.generations.use(
      async (generation) => {
        // A roll back may give the generation another number meanwhile.
        const { number, release } = generation;
        const found = await generation.search(search, signal);
        return { ...found, number, fingerprint: release.fingerprint };
      },
      signal,
    );
    const queryId = randomUUID();
    const { offset, limit, spec } = search;
    if (ids) {
      this.#searchLog.add({
        queryId,
        collection: serving.name,
        text: recordedText(search.query),
        at: Date.now(),
        release: number,
        fingerprint,
        hits: ids,
        offset,
        ...(spec.filter !== undefined && { filter: spec.filter }),
      });
    }
    const next = offset + count;
    const hasMore = count === limit || isCut;
    const nextOffset = hasMore && next <= limits.search.offset ? next : null;
    return { queryId, release: number, fingerprint, hitsJson, count, nextOffset };
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
    const by = async (generation: Generation) => ({
      ...(await generation.embed(item, signal)),
      bundle: generation.release.bundle,
    });
    const holding = this.#registry.holding(model);
    const { bundle, ...embedded } = await (this.#registry.find(model)?.generations.use(by, signal) ??
      (holding ? by(holding) : this.#embedAlone(model, item, signal)));
    this.encoded?.(bundle, role, embedded);
    this.#unknownTokens.count(bundle, embedded);
    return embedded;
  }

  async #embedAlone(bundle: string, item: EmbedItem, signal: AbortSignal | undefined) {
    if ((await this.store.get('bundle', bundle)) === undefined)
      throw new AttuneError('NOT_FOUND', `There is no collection, alias or model ${JSON.stringify(bundle)}.`);
    await this.models.tried(bundle);
    const folder = bundleFolder(this.folder, bundle);
    return { ...(await this.#encoders.embed(bundle, folder, item, signal)), bundle };
  }

  /**
   * Keeps what people did, all or none. The searches that it cites are in the store by then.
   *
   * @returns how many, and how many of them cite no search of this service
   * @throws {AttuneError} INVALID_ARGUMENT naming the first event that is wrong, by its place; CONFLICT when the idempotency key came with
   *   other events; what the store throws
   */
  async recordEvents(
    events: readonly UbiEvent[],
    options: AppendOptions = {},
  ): Promise<{ count: number; withoutSearch: number }> {
    const kept = keptEvents(checkEvents(events));
    await this.#searchLog.flush();
    const { count, withoutSearch } = await this.store.appendEvents(kept, options);
    this.#triggers.eventsArrived();
    return { count, withoutSearch };
  }

  /**
   * Puts a model into service, unless it knows less than half of what the documents say and nobody wants it anyway: its index is made beside
   * what is in service, then both are flipped as one. Words count as was given for the collection, else as the model carries it.
   *
   * @throws {AttuneError} NOT_FOUND, CANCELLED, TEXTS_UNKNOWN; what the store and the encoder throw: then nothing has changed
   */
  async promote(collection: string, bundle: string, request: PromoteRequest): Promise<Promotion> {
    const serving = this.#registry.get(collection);
    const { reason, of = null, signal, onProgress } = request;
    // The gate has looked at what it lets through.
    const anyway = request.anyway || reason === 'gate';
    return this.models.hold(bundle, async (model) => {
      // A job has read the documents with what the gate let through, in a process of its own.
      if (reason === 'hand') {
        // A collection that was dropped meanwhile has no documents to try it on.
        await this.models.triedOn(bundle, serving.name).finally(() => serving.generations.checkOpen());
      }
      const release = { ...releaseOf(serving.record, bundle, model), reason, of };
      return serving.promote(release, { signal, onProgress, anyway });
    });
  }

  /**
   * Goes back to what was in service before the present release; a second call goes forth again.
   *
   * @throws {AttuneError} CONFLICT when nothing was in service before
   */
  async rollBack(collection: string): Promise<NumberedRelease> {
    return this.#registry.get(collection).rollBack();
  }

  /** The newest first. */
  async releases(collection: string): Promise<NumberedRelease[]> {
    return this.#registry.get(collection).releases();
  }

  async backup(folder: string): Promise<void> {
    await this.#searchLog.flush();
    await this.store.backup(folder);
  }

  /** What the last scrub of the store found; undefined before the first has ended. */
  get scrubbed(): ScrubReport | undefined {
    return this.#scrub.report;
  }

  verify(): Promise<VerifyReport> {
    return this.store.verify();
  }

  /** Answers what was asked, writes what is left to write, ends jobs and threads, and closes the store. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#triggers.close();
    await Promise.all([this.jobs.close(), this.#registry.close(), this.#encoders.close()]);
    await this.#retention.close();
    await this.#keptSearches.close();
    await this.#scrub.close();
    await this.#searchLog.flush();
    await this.store.close();
  }
}

type Parts = Pick<Service, 'models' | 'datasets' | 'jobs'> & {
  registry: Registry;
  triggers: Triggers;
  retention: Retention;
};
