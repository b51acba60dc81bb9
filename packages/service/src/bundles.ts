import { randomUUID } from 'node:crypto';
import { cp, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';
import type { BundleRecord, Store } from '@attune/store';
import { bundleFolder } from './collections/slots.js';
import { replaceFolder, syncFolder, temporaryPrefix } from './generation/index-files.js';
import { ThreadLink } from './generation/thread-link.js';
import { checkName } from './names.js';

export interface RegisterOptions {
  /** The data folder. */
  folder: string;
  store: Store;
  name: string;
  /** A folder with a bundle in it; it stays as it is. */
  from: string;
  /** Name of the bundle that it was trained from. */
  base?: string | null | undefined;
  /** The job that made it. */
  job?: string | null | undefined;
}

/**
 * Copies a bundle into the data folder, opens it once in a thread of its own, which checks its fingerprint and golden vectors, and
 * records it. What is not recorded is not there: a half-made copy is removed, or replaced by the next.
 *
 * @throws {AttuneError} CONFLICT when the name is taken; what Encoder.load throws
 */
export async function registerBundle(options: RegisterOptions): Promise<BundleRecord> {
  const { folder, store, name, from, base = null, job = null } = options;
  checkName('a model', name);
  if ((await store.get('bundle', name)) !== undefined)
    throw new AttuneError('CONFLICT', `There is a model ${name} already. Choose another name.`);
  const place = bundleFolder(folder, name);
  await mkdir(join(folder, 'bundles'), { recursive: true });
  const temporary = join(folder, 'bundles', `${temporaryPrefix}${name}.${randomUUID()}.partial`);
  try {
    // Caches of models are made of links; here the files themselves are wanted.
    await cp(from, temporary, { recursive: true, dereference: true, errorOnExist: true });
    await syncTree(temporary);
    const link = new ThreadLink({ bundle: temporary, release: undefined });
    try {
      const { fingerprint, kind, dim } = await link.opened;
      const record: BundleRecord = { createdAt: Date.now(), fingerprint, kind, dim, base, job };
      await replaceFolder(temporary, place);
      await store.change([{ kind: 'bundle', name, put: record, version: 0 }]);
      return record;
    } finally {
      await link.close({ save: false, timeoutMs: 10_000 });
    }
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      await syncTree(path);
      continue;
    }
    const file = await open(path);
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }
  await syncFolder(folder);
}

/** Copies that were never finished. */
export async function removeHalfMadeBundles(folder: string): Promise<void> {
  const bundles = join(folder, 'bundles');
  for (const entry of await readdir(bundles).catch(() => [] as string[])) {
    if (entry.startsWith(temporaryPrefix)) await rm(join(bundles, entry), { recursive: true, force: true });
  }
}
