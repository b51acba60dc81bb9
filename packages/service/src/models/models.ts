import { readdir, rm, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { findNamedBundle } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import {
  canonicalJson,
  isLeftover,
  makeFolder,
  moveSynced,
  partialBeside,
  removeLeftovers,
  removeWhole,
  syncTree,
  unwritable,
} from '@attune/files';
import { hasEnded } from '@attune/jobs';
import { checkName } from '@attune/schema';
import { type BundleRecord, bundleFolder, bundlesFolder, type Store } from '@attune/store';
import type { Log } from '../options.js';
import { setAside } from '../quarantine.js';
import { Turns } from '../turns.js';
import type { BundleFacts } from './bundle-protocol.js';
import { inspectBundle, tryBundle } from './inspect-bundle.js';
import { checkUnused } from './model-users.js';
import { type UnpackOptions, unpackModel } from './unpack-model.js';

export interface ModelsOptions {
  store: Store;
  /** The data folder. */
  folder: string;
  log: Log;
}

export interface ModelView extends BundleRecord {
  name: string;
}

export interface ReceivedModel {
  model: ModelView;
  isNew: boolean;
}

/** What `adopt` is told of a bundle that a job made. */
export interface AdoptedBundle {
  fingerprint: string;
  /** Name of the bundle that it was trained from. */
  base: string;
  job: string;
}

/**
 * The registered bundles: each lies under `bundles/NAME`, is written once and never changed. A record without its folder is
 * damage; a folder without its record is what a crash left, or what a lost record named: it counts for nothing, and is set aside.
 */
export class Models {
  readonly #store: Store;
  readonly #folder: string;
  readonly #log: Log;
  readonly #turns = new Turns();
  /** How many are putting a model to use that no record says yet. */
  readonly #held = new Map<string, number>();
  /** Models that a process of their own was tried with since this one began. */
  readonly #tried = new Set<string>();

  private constructor({ store, folder, log }: ModelsOptions) {
    this.#store = store;
    this.#folder = folder;
    this.#log = log;
  }

  static async open(options: ModelsOptions): Promise<Models> {
    const models = new Models(options);
    await makeFolder(bundlesFolder(options.folder));
    await models.#tidy();
    return models;
  }

  /**
   * Copies a bundle in. It is read, its golden vectors are computed, and the copy has to have the same fingerprint.
   *
   * @throws {AttuneError} CONFLICT when the name has another fingerprint or other search settings; BUNDLE_… when it is none; DISK_FULL,
   *   FILE_UNWRITABLE
   */
  async import(name: string, folder: string): Promise<ModelView> {
    return (await this.#bringIn(name, folder)).model;
  }

  /**
   * Brings in a bundle that comes as a tar archive. It is unpacked beside the models and then imported as a folder is, so nothing of it is
   * seen before its golden vectors came out, and nothing is left of what is refused or breaks off.
   *
   * @returns `isNew`: false where the model was there already
   * @throws {AttuneError} DATA_INVALID for what is no such archive; what `import` throws; whatever the stream fails with
   */
  async receive(name: string, archive: Readable, options: UnpackOptions): Promise<ReceivedModel> {
    checkName('model', name);
    const unpacked = partialBeside(bundleFolder(this.#folder, name));
    try {
      await unpackModel(archive, unpacked, options);
      return await this.#bringIn(name, unpacked);
    } catch (error) {
      throw await inWordsOfTheArchive(error, unpacked);
    } finally {
      await rm(unpacked, { recursive: true, force: true });
    }
  }

  async #bringIn(name: string, folder: string): Promise<ReceivedModel> {
    checkName('model', name);
    return this.#turns.take(name, async () => {
      const target = bundleFolder(this.#folder, name);
      const partial = partialBeside(target);
      try {
        const facts = await inspectBundle(folder, partial);
        const known = await this.#known(name, facts.fingerprint);
        this.#tried.add(name);
        if (known) return { model: withSameSearch(known, facts), isNew: false };
        await this.#place(name, partial);
        return { model: await this.#register(name, { ...facts, base: null, job: null }), isNew: true };
      } catch (error) {
        throw unwritable(`the bundle "${name}"`, error);
      } finally {
        await rm(partial, { recursive: true, force: true });
      }
    });
  }

  /**
   * Takes over a bundle that a job made, by renaming its folder. Called again after a crash in its middle, it goes on where it
   * was: the folder is in its old place or in its new one.
   *
   * @throws {AttuneError} CONFLICT when the name has another fingerprint; BUNDLE_MISMATCH when the folder is not what was made
   */
  async adopt(name: string, from: string, made: AdoptedBundle): Promise<ModelView> {
    checkName('model', name);
    return this.#turns.take(name, async () => {
      const known = await this.#known(name, made.fingerprint);
      if (known) return known;
      const target = bundleFolder(this.#folder, name);
      if (await isFolder(from)) {
        await this.#place(name, from).catch((error: unknown) => {
          throw unwritable(`the bundle "${name}"`, error);
        });
      }
      const bundle = await inspectBundle(target);
      if (bundle.fingerprint !== made.fingerprint) throw mismatch(name, made.fingerprint, bundle.fingerprint);
      this.#tried.add(name);
      return this.#register(name, { ...bundle, base: made.base, job: made.job });
    });
  }

  /**
   * A registered bundle; one that is not yet, is brought in if it ships with Attune or lies where models are looked for.
   *
   * @throws {AttuneError} NOT_FOUND
   */
  async ensure(name: string): Promise<ModelView> {
    checkName('model', name);
    const record = await this.#store.get('bundle', name);
    if (record) return { name, ...record.value };
    const folder = await findNamedBundle(name);
    return this.import(name, folder).catch((error: unknown) => {
      throw withoutPlace(error, folder, 'The model');
    });
  }

  /**
   * Keeps a model, which is brought in if need be, from being removed until `use` has ended.
   *
   * @throws {AttuneError} NOT_FOUND
   */
  async hold<Value>(name: string, use: (model: ModelView) => Promise<Value>): Promise<Value> {
    this.#held.set(name, (this.#held.get(name) ?? 0) + 1);
    try {
      // One that was being removed before is gone then.
      await this.#turns.take(name, () => Promise.resolve());
      return await use(await this.ensure(name));
    } finally {
      const others = this.#held.get(name)! - 1;
      if (others > 0) this.#held.set(name, others);
      else this.#held.delete(name);
    }
  }

  /**
   * Loads a registered model in a process of its own, unless that was done since this one began: one that an earlier version registered may
   * end whatever process it is loaded in.
   *
   * @throws {AttuneError} NOT_FOUND, BUNDLE_…; UNAVAILABLE
   */
  async tried(name: string): Promise<void> {
    if (this.#tried.has(name)) return;
    await inspectBundle(await this.folder(name));
    this.#tried.add(name);
  }

  /**
   * Loads a registered model in a process of its own, which tokenises every document of a collection.
   *
   * @throws {AttuneError} as `tried`; what the store throws
   */
  async triedOn(name: string, collection: string): Promise<void> {
    await tryBundle(await this.folder(name), { data: this.#folder, collection });
    this.#tried.add(name);
  }

  async list(): Promise<ModelView[]> {
    return (await this.#store.list('bundle')).map(({ name, value }) => ({ name, ...value }));
  }

  /** @throws {AttuneError} NOT_FOUND */
  async get(name: string): Promise<ModelView> {
    const record = await this.#store.get('bundle', name);
    if (record) return { name, ...record.value };
    throw new AttuneError('NOT_FOUND', `There is no model "${name}".`);
  }

  /**
   * The folder of a registered bundle.
   *
   * @throws {AttuneError} NOT_FOUND; BUNDLE_NOT_FOUND when its folder is gone
   */
  async folder(name: string): Promise<string> {
    await this.get(name);
    const folder = bundleFolder(this.#folder, name);
    if (await isFolder(folder)) return folder;
    throw new AttuneError(
      'BUNDLE_NOT_FOUND',
      `The model "${name}" is registered, but its folder bundles/${name} is missing. Put it back from a backup, or remove the model.`,
    );
  }

  /**
   * Reads a registered bundle whole, and compares it with its record.
   *
   * @throws {AttuneError} NOT_FOUND, BUNDLE_NOT_FOUND; BUNDLE_MISMATCH or BUNDLE_INVALID naming the bundle
   */
  async verify(name: string): Promise<ModelView> {
    const model = await this.get(name);
    const folder = await this.folder(name);
    const bundle = await inspectBundle(folder).catch((cause: unknown) => {
      if (!(cause instanceof AttuneError)) throw cause;
      throw new AttuneError(cause.code, `The model "${name}" is damaged. ${cause.message}`, { cause });
    });
    if (bundle.fingerprint !== model.fingerprint) throw mismatch(name, model.fingerprint, bundle.fingerprint);
    return model;
  }

  /**
   * @throws {AttuneError} NOT_FOUND; CONFLICT when a release in service, or the one before it, or a job uses it
   */
  async remove(name: string): Promise<void> {
    checkName('model', name);
    await this.#turns.take(name, async () => {
      await this.get(name);
      await checkUnused(this.#store, name);
      if (this.#held.has(name)) {
        throw new AttuneError('CONFLICT', `The model "${name}" is being put into service. Wait for its end.`);
      }
      await this.#store.change([{ kind: 'bundle', name, remove: true }]);
      this.#tried.delete(name);
      await removeWhole(bundleFolder(this.#folder, name));
    });
  }

  async #known(name: string, fingerprint: string): Promise<ModelView | undefined> {
    const record = await this.#store.get('bundle', name);
    if (!record) return undefined;
    if (record.value.fingerprint === fingerprint) return { name, ...record.value };
    throw new AttuneError(
      'CONFLICT',
      `There is a model "${name}" already, with another fingerprint (${record.value.fingerprint.slice(0, 12)}… instead of ` +
        `${fingerprint.slice(0, 12)}…). Models never change: choose another name.`,
    );
  }

  async #register(
    name: string,
    { fingerprint, kind, precision, dim, base, job, search }: Omit<BundleRecord, 'createdAt'>,
  ): Promise<ModelView> {
    const createdAt = Date.now();
    const record: BundleRecord = { createdAt, fingerprint, kind, precision, dim, base, job, search };
    await this.#store.change([{ kind: 'bundle', name, put: record }]);
    return { name, ...record };
  }

  /** Renames a whole folder to where no registered bundle is. */
  async #place(name: string, from: string): Promise<void> {
    const target = bundleFolder(this.#folder, name);
    await syncTree(from);
    if (await isFolder(target)) await this.#setAside(name);
    await moveSynced(from, target);
  }

  /** Half-made folders go; whole ones that no record names are set aside, unless a job is about to register them. */
  async #tidy(): Promise<void> {
    const root = bundlesFolder(this.#folder);
    await removeLeftovers(root);
    const registered = new Set((await this.list()).map(({ name }) => name));
    if ((await this.#store.list('job')).some(({ value }) => !hasEnded(value))) return;
    for (const name of await readdir(root))
      if (!isLeftover(name) && !registered.has(name)) await this.#setAside(name);
  }

  async #setAside(name: string): Promise<void> {
    const place = await setAside(this.#folder, `bundles/${name}`);
    this.#log(
      'warn',
      `The store names no model "${name}", so bundles/${name} was moved to ${place}. To have it again, import it from there.`,
    );
  }
}

/** A registered model of the same fingerprint, unless it carries other search settings: the fingerprint does not cover them. */
function withSameSearch(known: ModelView, { search }: Pick<BundleFacts, 'search'>): ModelView {
  if (canonicalJson(known.search?.settings ?? null) === canonicalJson(search?.settings ?? null)) return known;
  throw new AttuneError(
    'CONFLICT',
    `There is a model "${known.name}" already, with the same vectors and other search settings. Models never change: choose another name.`,
  );
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );

/** Whoever asked does not know where on this machine a bundle lies: what is wrong with it is told of `what`. */
function withoutPlace(error: unknown, folder: string, what: string): unknown {
  if (!(error instanceof AttuneError) || !error.code.startsWith('BUNDLE_')) return error;
  const message = error.message.replaceAll(`${folder}/`, '').replaceAll(folder, what);
  return new AttuneError(error.code, message, { cause: error });
}

/** Whoever sent an archive knows its paths and no others. */
async function inWordsOfTheArchive(error: unknown, unpacked: string): Promise<unknown> {
  if (!(error instanceof AttuneError) || !error.code.startsWith('BUNDLE_')) return error;
  const inside = await readdir(unpacked, { withFileTypes: true }).catch(() => []);
  const [only, ...others] = inside;
  if (only?.isDirectory() && others.length === 0) {
    return new AttuneError(
      error.code,
      `Expected a model's files at the top of the archive, but all of it lies in ${only.name}/. Pack what is inside: tar c -C ${only.name} .`,
      { cause: error },
    );
  }
  return withoutPlace(error, unpacked, 'The archive');
}

function mismatch(name: string, expected: string, found: string): AttuneError {
  return new AttuneError(
    'BUNDLE_MISMATCH',
    `The model "${name}" should have the fingerprint ${expected.slice(0, 12)}…, but bundles/${name} has ${found.slice(0, 12)}…: it ` +
      'was changed or damaged. Put it back from a backup.',
  );
}
