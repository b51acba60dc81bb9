import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isLeftover } from '@attune/files';
import { indexesFolder } from '@attune/store';

/** Removes the indexes of a collection but those that are kept, by the names of their folders; what is being made stays. */
export function removeIndexesBut(kept: ReadonlySet<string>, data: string, collection: string): Promise<void> {
  return remove(data, collection, (entry) => !isLeftover(entry) && !kept.has(entry));
}

/** Removes half-made indexes; only before a thread of this collection has begun to write. */
export function removeHalfMadeIndexes(data: string, collection: string): Promise<void> {
  return remove(data, collection, isLeftover);
}

async function remove(data: string, collection: string, isOld: (entry: string) => boolean): Promise<void> {
  const indexes = indexesFolder(data, collection);
  for (const entry of await readdir(indexes).catch(() => [] as string[])) {
    if (isOld(entry)) await rm(join(indexes, entry), { recursive: true, force: true });
  }
}
