import type { UbiEvent } from '@attune/schema';
import type { BatchFigures, Service } from '@attune/service';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Load } from './load.js';
import type { MemoryBudget } from './memory-budget.js';
import type { DeclaredRoute } from './route.js';

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const counts = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048];

/** Actions that UBI names; what an application calls its own is `other`, so that no client decides how many series there are. */
const knownActions: ReadonlySet<string> = new Set([
  'impression',
  'view',
  'click',
  'dwell',
  'add_to_cart',
  'remove_from_cart',
  'purchase',
  'favorite',
  'share',
  'reject',
]);

/** Prometheus metrics. No label holds a text of a query, an id of a document or a name that a client makes up. */
export class ServerMetrics {
  readonly registry = new Registry();
  readonly #requestSeconds: Histogram<'route' | 'method' | 'status'>;
  readonly #searchSeconds: Histogram<'collection'>;
  readonly #searchQueueSeconds: Histogram<'collection'>;
  readonly #searchBatchSeconds: Histogram<'collection'>;
  readonly #searchBatches: Histogram<'collection'>;
  readonly #bulkWrites: Histogram;
  readonly #embedTexts: Histogram;
  readonly #embedTokens: Counter;
  readonly #encodedTokens: Counter<'model' | 'kind'>;
  readonly #unknownTokens: Counter<'model' | 'kind'>;
  readonly #events: Counter<'type'>;
  readonly #eventsWithoutSearch: Counter;
  readonly #shed: Counter<'code'>;
  readonly #overLimit: Counter<'key'>;

  readonly #documents: Gauge<'collection'>;
  readonly #vectors: Gauge<'collection'>;
  readonly #modelInfo: Gauge<'collection' | 'model' | 'version' | 'release' | 'precision' | 'dim'>;
  readonly #storedEvents: Gauge;
  readonly #service: Service;

  constructor(service: Service, load: Load, memory: MemoryBudget) {
    this.#service = service;
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.#requestSeconds = new Histogram({
      name: 'attune_http_request_duration_seconds',
      help: 'Time from the first line of a request to the last byte of its answer.',
      labelNames: ['route', 'method', 'status'],
      buckets: seconds,
      registers,
    });
    this.#searchSeconds = new Histogram({
      name: 'attune_search_duration_seconds',
      help: 'Time of a search inside the service, its wait for a batch included.',
      labelNames: ['collection'],
      buckets: seconds,
      registers,
    });
    this.#searchQueueSeconds = new Histogram({
      name: 'attune_search_queue_duration_seconds',
      help: 'Time that a search waited until its batch left.',
      labelNames: ['collection'],
      buckets: seconds,
      registers,
    });
    this.#searchBatchSeconds = new Histogram({
      name: 'attune_search_batch_duration_seconds',
      help: 'Time that a batch of searches was worked on.',
      labelNames: ['collection'],
      buckets: seconds,
      registers,
    });
    this.#searchBatches = new Histogram({
      name: 'attune_search_batch_size',
      help: 'Searches that were worked on together.',
      labelNames: ['collection'],
      buckets: counts,
      registers,
    });
    this.#bulkWrites = new Histogram({
      name: 'attune_write_batch_size',
      help: 'Documents written as one unit by the bulk route.',
      buckets: counts,
      registers,
    });
    this.#embedTexts = new Histogram({
      name: 'attune_embed_request_texts',
      help: 'Texts of one request for embeddings.',
      buckets: counts,
      registers,
    });
    this.#embedTokens = new Counter({
      name: 'attune_embed_tokens_total',
      help: 'Tokens encoded for requests of embeddings.',
      registers,
    });
    this.#encodedTokens = new Counter({
      name: 'attune_encode_tokens_total',
      help: 'Tokens of queries and documents that a model encoded.',
      labelNames: ['model', 'kind'],
      registers,
    });
    this.#unknownTokens = new Counter({
      name: 'attune_encode_unknown_tokens_total',
      help: 'Those of them that stand for what the vocabulary of the model does not have.',
      labelNames: ['model', 'kind'],
      registers,
    });
    this.#events = new Counter({
      name: 'attune_feedback_events_total',
      help: 'Events received, by action; actions that UBI does not name are `other`.',
      labelNames: ['type'],
      registers,
    });
    this.#eventsWithoutSearch = new Counter({
      name: 'attune_feedback_events_without_search_total',
      help: 'Events received that cite no search of this server.',
      registers,
    });
    this.#shed = new Counter({
      name: 'attune_requests_shed_total',
      help: 'Requests refused because the server had too much to do.',
      labelNames: ['code'],
      registers,
    });
    this.#overLimit = new Counter({
      name: 'attune_requests_over_limit_total',
      help: 'Requests refused because their key had used up its limit, by the id of the key.',
      labelNames: ['key'],
      registers,
    });
    this.#documents = new Gauge({
      name: 'attune_documents',
      help: 'Documents kept.',
      labelNames: ['collection'],
      registers,
    });
    this.#vectors = new Gauge({
      name: 'attune_index_vectors',
      help: 'Documents that searches see.',
      labelNames: ['collection'],
      registers,
    });
    this.#modelInfo = new Gauge({
      name: 'attune_model_info',
      help: 'The model in service, always 1.',
      labelNames: ['collection', 'model', 'version', 'release', 'precision', 'dim'],
      registers,
    });
    this.#storedEvents = new Gauge({ name: 'attune_events', help: 'Events kept.', registers });
    this.#watchLoad(load);
    this.#watchMemory(memory);
    this.#watchScrub(service);
    this.#watchSearches(service);
  }

  #watchLoad(load: Load): void {
    const registers = [this.registry];
    new Gauge({
      name: 'attune_http_requests_under_way',
      help: 'Requests taken on and not yet answered.',
      registers,
      collect() {
        this.set(load.requests);
      },
    });
    new Gauge({
      name: 'attune_http_streams_open',
      help: 'Answers that stay open, such as the progress of jobs.',
      registers,
      collect() {
        this.set(load.streams);
      },
    });
    new Gauge({
      name: 'attune_event_loop_delay_seconds',
      help: 'By how much the event loop ran late when last looked at.',
      registers,
      collect() {
        this.set(load.eventLoopDelayMs / 1000);
      },
    });
  }

  #watchMemory(memory: MemoryBudget): void {
    const registers = [this.registry];
    new Gauge({
      name: 'attune_http_memory_held_bytes',
      help: 'Bytes that requests under way hold: bodies, what is made of them, and answers.',
      registers,
      collect() {
        this.set(memory.heldBytes);
      },
    });
    new Gauge({
      name: 'attune_http_memory_budget_bytes',
      help: 'Bytes that they may hold together.',
      registers,
    }).set(memory.totalBytes);
    memory.refused = () => this.shed('OVERLOADED');
  }

  /** Nothing is told before the first has ended. */
  #watchScrub(service: Service): void {
    const registers = [this.registry];
    new Gauge({
      name: 'attune_store_damaged_places',
      help: 'Places of the store that the last reading of all of it found damaged.',
      labelNames: ['file'],
      registers,
      collect() {
        this.reset();
        const report = service.scrubbed;
        if (report) this.set({ file: 'attune.db' }, report.damage.length);
      },
    });
    new Gauge({
      name: 'attune_store_scrub_time_seconds',
      help: 'When all of the store was last read, in seconds since 1970.',
      labelNames: ['file'],
      registers,
      collect() {
        this.reset();
        const report = service.scrubbed;
        if (report) this.set({ file: 'attune.db' }, report.at / 1000);
      },
    });
  }

  #watchSearches(service: Service): void {
    new Gauge({
      name: 'attune_search_queue_depth',
      help: 'Searches that wait for their batch.',
      labelNames: ['collection'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { collection, waiting } of service.waitingSearches()) this.set({ collection }, waiting);
      },
    });
    new Gauge({
      name: 'attune_collections_open',
      help: 'Collections that are in memory. The others are opened when they are asked.',
      registers: [this.registry],
      collect() {
        this.set(service.openCollections().length);
      },
    });
    service.searched = (collection, figures) => this.#searched(collection, figures);
    service.encoded = (model, kind, { tokens, unknownTokens }) => {
      this.#encodedTokens.inc({ model, kind }, tokens);
      this.#unknownTokens.inc({ model, kind }, unknownTokens);
    };
  }

  #searched(collection: string, { waitedMs, workedMs }: BatchFigures): void {
    const labels = { collection };
    for (const ms of waitedMs) this.#searchQueueSeconds.observe(labels, ms / 1000);
    this.#searchBatchSeconds.observe(labels, workedMs / 1000);
    this.#searchBatches.observe(labels, waitedMs.length);
  }

  /** The text that Prometheus reads. */
  async text(): Promise<string> {
    const [summaries, models, events] = await Promise.all([
      this.#service.collections(),
      this.#service.store.list('bundle'),
      this.#service.store.countEvents(),
    ]);
    const precisions = new Map(models.map(({ name, value }) => [name, value.precision]));
    this.#storedEvents.set(events);
    for (const gauge of [this.#documents, this.#vectors, this.#modelInfo]) gauge.reset();
    for (const { name: collection, bundle: model, fingerprint, release, dim, ...counts } of summaries) {
      this.#documents.set({ collection }, counts.documents);
      this.#vectors.set({ collection }, counts.indexed);
      const version = fingerprint.slice(0, 12);
      const precision = precisions.get(model) ?? 'f32';
      this.#modelInfo.set({ collection, model, version, release, precision, dim }, 1);
    }
    return this.registry.metrics();
  }

  request({ url: route, method }: DeclaredRoute, status: number, elapsedMs: number): void {
    this.#requestSeconds.observe({ route, method, status }, elapsedMs / 1000);
  }

  search(collection: string, elapsedMs: number): void {
    this.#searchSeconds.observe({ collection }, elapsedMs / 1000);
  }

  /** Series of a collection or an alias that is no more: else each name that ever was would be told for ever. */
  forgetCollection(collection: string): void {
    for (const histogram of [
      this.#searchSeconds,
      this.#searchQueueSeconds,
      this.#searchBatchSeconds,
      this.#searchBatches,
    ])
      histogram.remove({ collection });
  }

  forgetModel(model: string): void {
    for (const counter of [this.#encodedTokens, this.#unknownTokens])
      for (const kind of ['query', 'document']) counter.remove({ model, kind });
  }

  written(count: number): void {
    this.#bulkWrites.observe(count);
  }

  embedded(texts: number, tokens: number): void {
    this.#embedTexts.observe(texts);
    this.#embedTokens.inc(tokens);
  }

  received(events: readonly UbiEvent[], withoutSearch: number): void {
    this.#eventsWithoutSearch.inc(withoutSearch);
    for (const { action_name } of events) {
      this.#events.inc({ type: knownActions.has(action_name) ? action_name : 'other' });
    }
  }

  /** @param key  its id, as the list of keys shows it */
  overLimit(key: string): void {
    this.#overLimit.inc({ key });
  }

  shed(code: string): void {
    this.#shed.inc({ code });
  }
}
