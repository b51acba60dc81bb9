import { rm } from 'node:fs/promises';
import { AttuneError } from '@attune/errors';
import { checkName, didYouMean } from '@attune/schema';
import { type CollectionRecord, indexesFolder, type ReleaseRecord } from '@attune/store';
import type { Generation } from '../generation/generation.js';
import type { Models } from '../models/models.js';
import { chooseRelease } from './choose-release.js';
import type { Generations } from './generations.js';
import { removeHalfMadeIndexes } from './index-folders.js';
import { LastUsed } from './last-used.js';
import { mostOpenings, OpenCollections } from './open-collections.js';
import { Openings } from './openings.js';
import { givenAtFirst } from './release-settings.js';
import { indexNumberOf, releaseName } from './releases.js';
import { type CollectionOpening, ServingCollection } from './serving-collection.js';
import type { ServingContext } from './slots.js';

/** The collections of a data folder by name and by alias. It is in memory, because one process writes the store. */
export class Registry {
  readonly #context: ServingContext;
  readonly #models: Pick<Models, 'triedOn'>;
  readonly #collections = new Map<string, ServingCollection>();
  readonly #lastUsed: LastUsed;
  readonly #open: OpenCollections;
  readonly #aliases = new Map<string, string>();
  /** Names that are being made, changed or dropped. */
  readonly #busy = new Set<string>();
  /** Collections that are being made and not among the others yet. */
  #making = 0;
  #closed = false;

  private constructor(context: ServingContext, models: Pick<Models, 'triedOn'>, lastUsed: LastUsed) {
    this.#context = context;
    this.#models = models;
    this.#lastUsed = lastUsed;
    const { openCollections: most } = context.settings;
    this.#open = new OpenCollections({ all: () => this.#generations, most, lastUsed });
  }

  /** What the store holds; those collections that were used last are opened in the background. */
  static async open(context: ServingContext, models: Pick<Models, 'triedOn'>): Promise<Registry> {
    const lastUsed = await LastUsed.read(context.folder, context.settings.log);
    const registry = new Registry(context, models, lastUsed);
    await registry.#read();
    registry.#openLastUsed();
    return registry;
  }

  async #read(): Promise<void> {
    const { store, folder } = this.#context;
    for (const { name, value } of await store.list('alias')) this.#aliases.set(name, value.collection);
    for (const { name, value } of await store.list('collection')) {
      const release = await store.get('release', releaseName(name, value.release));
      if (release === undefined) {
        throw new AttuneError(
          'FILE_CORRUPT',
          `The collection ${name} has release ${value.release} in service, but there is no record of it. Restore a backup.`,
        );
      }
      await removeHalfMadeIndexes(folder, name);
      const openings = await Openings.read(folder, name);
      const chosen = await chooseRelease(
        name,
        {
          record: await this.#withGivenSettings(name, value),
          release: { ...release.value, number: value.release },
        },
        { store, models: this.#models, openings, log: this.#context.settings.log },
      );
      const indexNumber = await indexNumberOf(store, name, chosen.release.number);
      this.#add(name, { ...chosen, openings, indexNumber });
    }
  }

  /** As many as may be open, a few at a time, while there is room: what is asked meanwhile is opened, too. */
  #openLastUsed(): void {
    const { openCollections: most } = this.#context.settings;
    const openable = this.#generations.filter(({ isReady }) => isReady);
    const awaited = this.#lastUsed.inOrder(openable).reverse().slice(0, most);
    for (const each of awaited) each.isAwaited = true;
    const openNext = async () => {
      for (let next = awaited.shift(); next !== undefined; next = awaited.shift()) {
        next.isAwaited &&= next.isOpen || this.#open.all.length < most;
        await next.openAwaited();
      }
    };
    for (let i = 0; i < mostOpenings; ++i) void openNext();
  }

  async #withGivenSettings(name: string, record: CollectionRecord): Promise<CollectionRecord> {
    const { store } = this.#context;
    const first = record.lexical === undefined && (await store.get('release', releaseName(name, 1)));
    if (!first) return record;
    const put = { ...record, lexical: givenAtFirst(first.value) };
    await store.change([{ kind: 'collection', name, put }]);
    return put;
  }

  get #generations(): Generations[] {
    return Array.from(this.#collections.values(), ({ generations }) => generations);
  }

  /** By name. */
  all(): ServingCollection[] {
    return [...this.#collections.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** By alias. */
  aliases(): { alias: string; collection: string }[] {
    return [...this.#aliases].sort().map(([alias, collection]) => ({ alias, collection }));
  }

  find(nameOrAlias: string): ServingCollection | undefined {
    return this.#collections.get(this.#aliases.get(nameOrAlias) ?? nameOrAlias);
  }

  /** @throws {AttuneError} NOT_FOUND; UNAVAILABLE once it is closed */
  get(nameOrAlias: string): ServingCollection {
    this.#checkOpen();
    const found = this.find(nameOrAlias);
    if (found) return found;
    throw this.#unknown(nameOrAlias, [...this.#collections.keys(), ...this.#aliases.keys()]);
  }

  /**
   * @param release  gives the first release; called once the name is known to be free
   * @throws {AttuneError} CONFLICT where the name is taken, or there are as many as may be
   */
  create(
    name: string,
    record: CollectionRecord,
    release: () => Promise<ReleaseRecord>,
  ): Promise<ServingCollection> {
    checkName('collection', name);
    return this.#alone(name, async () => {
      if (this.#collections.has(name) || this.#aliases.has(name))
        throw new AttuneError('CONFLICT', `There is a collection or an alias ${name} already.`);
      this.#checkNumber();
      this.#making++;
      let serving: ServingCollection;
      try {
        serving = await this.#make(name, record, await release());
      } finally {
        this.#making--;
      }
      await serving.generations.whenOpen();
      return serving;
    });
  }

  async #make(name: string, record: CollectionRecord, first: ReleaseRecord): Promise<ServingCollection> {
    const { store, folder } = this.#context;
    await store.createCollection(name, record, first);
    // An index of this name is of a collection that was dropped in a crash.
    await rm(indexesFolder(folder, name), { recursive: true, force: true });
    const openings = await Openings.read(folder, name);
    await openings.forget();
    return this.#add(name, {
      record,
      release: { ...first, number: 1 },
      openings,
      indexNumber: 1,
      isNew: true,
    });
  }

  async drop(name: string): Promise<void> {
    const serving = this.#exact(name);
    await this.#alone(name, async () => {
      const { store, folder } = this.#context;
      // First, so that a drop that is refused leaves a collection that answers.
      await store.dropCollection(name);
      this.#collections.delete(name);
      for (const [alias, collection] of this.#aliases) if (collection === name) this.#aliases.delete(alias);
      await serving.end({ save: false });
      this.#lastUsed.forget(name);
      await rm(indexesFolder(folder, name), { recursive: true, force: true });
      await (await Openings.read(folder, name)).forget();
    });
  }

  async setAlias(alias: string, collection: string): Promise<void> {
    checkName('alias', alias);
    await this.#alone(alias, async () => {
      const { name } = this.#exact(collection);
      if (this.#collections.has(alias))
        throw new AttuneError(
          'CONFLICT',
          `There is a collection ${alias}: choose another name for the alias.`,
        );
      await this.#context.store.change([{ kind: 'alias', name: alias, put: { collection: name } }]);
      this.#aliases.set(alias, name);
    });
  }

  async removeAlias(alias: string): Promise<void> {
    await this.#alone(alias, async () => {
      if (!this.#aliases.has(alias)) throw new AttuneError('NOT_FOUND', `There is no alias ${alias}.`);
      await this.#context.store.change([{ kind: 'alias', name: alias, remove: true }]);
      this.#aliases.delete(alias);
    });
  }

  /** A generation that holds a bundle in memory. */
  holding(bundle: string): Generation | undefined {
    const generations = this.all().flatMap((each) => each.generations.all);
    return generations.find(({ release, isReady }) => isReady && release.bundle === bundle);
  }

  /** Names of the collections that do not answer who asks. */
  get waiting(): string[] {
    return this.all()
      .filter(({ generations }) => !generations.isReady)
      .map(({ name }) => name);
  }

  /** By collection. */
  waitingSearches(): { collection: string; waiting: number }[] {
    return this.all().map(({ name, generations }) => ({
      collection: name,
      waiting: generations.waitingSearches,
    }));
  }

  /** Names of the collections that are open, or are being opened. */
  get openNames(): string[] {
    return this.#open.all.map(({ name }) => name).sort();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.all().map((serving) => serving.end({ save: true })));
    await this.#lastUsed.write();
  }

  #add(name: string, opening: Omit<CollectionOpening, 'open'>): ServingCollection {
    const serving = new ServingCollection(this.#context, name, { ...opening, open: this.#open });
    this.#collections.set(name, serving);
    return serving;
  }

  #exact(name: string): ServingCollection {
    const found = this.#collections.get(name);
    if (found) return found;
    throw this.#unknown(name, [...this.#collections.keys()]);
  }

  #unknown(name: string, known: readonly string[]): AttuneError {
    return new AttuneError(
      'NOT_FOUND',
      `There is no collection ${JSON.stringify(name)}${didYouMean(name, known)}.`,
    );
  }

  #checkNumber(): void {
    const { maxCollections } = this.#context.settings;
    if (this.#collections.size + this.#making < maxCollections) return;
    throw new AttuneError(
      'CONFLICT',
      `Expected at most ${maxCollections} collections, and there are as many. Drop one, put ` +
        'documents together in one and tell them apart by a filter, or allow more (`maxCollections`).',
    );
  }

  #checkOpen(): void {
    if (this.#closed) throw new AttuneError('UNAVAILABLE', 'The service is closed.');
  }

  /** One change at a time of what a name stands for. */
  async #alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.#checkOpen();
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
