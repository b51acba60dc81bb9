import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { findBundle, readBundle } from '@attune/encode';
import { AttuneError, checkFilledText, checkOptions } from '@attune/errors';
import { isName } from '@attune/schema';
import { Service } from '@attune/service';
import { Collection } from './collection.js';

export interface OpenOptions {
  /** Its name. Unless you set it: the one that the folder holds, and `documents` in a folder that holds none. */
  collection?: string | undefined;
  /**
   * What it is searched by: a model's folder, or the name of one. Unless you set it: what it was searched by before, and for a new collection
   * the shipped base. A collection that is searched by another model is put over to this one.
   */
  model?: string | undefined;
  /** Puts a collection over to a model also where that knows less than half of what its documents say. */
  anyway?: boolean | undefined;
}

const usualName = 'documents';

/**
 * Opens a collection in a data folder, and makes both where they are not there yet. The folder is the same that a server serves, one after
 * the other: one process has it open at a time, until `close`.
 *
 * @throws {AttuneError} STORE_LOCKED, naming the process that has the folder open; INVALID_ARGUMENT for a folder that is something else, and
 *   for one of several collections none of which is named; TEXTS_UNKNOWN, unless `anyway` is set; BUNDLE_…; FILE_UNWRITABLE, FILE_CORRUPT, FORMAT_UNSUPPORTED, DISK_FULL
 */
export async function open(folder: string, options: OpenOptions = {}): Promise<Collection> {
  checkFilledText('folder', folder);
  checkOptions("{ collection: 'shop' }", options);
  const { collection, model, anyway } = options;
  if (collection !== undefined) checkFilledText('collection', collection);
  if (model !== undefined) checkFilledText('model', model);
  const service = await Service.open(folder);
  try {
    const name = collection ?? (await onlyCollection(service));
    const bundle = model === undefined ? undefined : await registeredName(service, model);
    if (await isThere(service, name)) {
      await service.whenReady(name);
      if (bundle !== undefined && (await service.collection(name)).bundle !== bundle)
        await service.promote(name, bundle, { reason: 'hand', anyway });
    } else await service.createCollection(name, { bundle });
    return new Collection(service, name);
  } catch (error) {
    await service.close();
    throw error;
  }
}

async function onlyCollection(service: Service): Promise<string> {
  const names = (await service.collections()).map(({ name }) => name);
  if (names.length <= 1) return names[0] ?? usualName;
  throw new AttuneError(
    'INVALID_ARGUMENT',
    `Expected collection to be given, because ${service.folder} holds several: ${names.join(', ')}.`,
  );
}

async function isThere(service: Service, name: string): Promise<boolean> {
  const aliases = service.aliases().map(({ alias }) => alias);
  return [...aliases, ...(await service.collections()).map((each) => each.name)].includes(name);
}

/** The name under which the data folder has a model; one that it does not have yet is copied in. */
async function registeredName(service: Service, model: string): Promise<string> {
  const isFolder = await stat(model).then(
    (info) => info.isDirectory(),
    () => false,
  );
  if (!isFolder && (await service.models.list()).some(({ name }) => name === model)) return model;
  const folder = await findBundle(model);
  const name = nameOf(isFolder ? basename(folder) : model);
  try {
    return (await service.models.import(name, folder)).name;
  } catch (error) {
    if (!(error instanceof AttuneError) || error.code !== 'CONFLICT') throw error;
    // Models never change: what was tuned again gets a name of its own.
    const { fingerprint } = await readBundle(folder);
    return (await service.models.import(`${name.slice(0, 55)}-${fingerprint.slice(0, 8)}`, folder)).name;
  }
}

/** As a data folder can hold it, where it can be made so. */
function nameOf(model: string): string {
  const name = basename(model)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-');
  return isName(name) ? name : `model-${name}`.slice(0, 55);
}
