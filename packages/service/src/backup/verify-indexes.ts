import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { AttuneError } from '@attune/errors';
import { isLeftover } from '@attune/files';
import { verifyIndex } from '@attune/search';
import { type Damage, indexesFolder, type StoreReader } from '@attune/store';

/**
 * Damage of the index files of a data folder's collections. What is missing, or of another format, is no damage: it is made from the store.
 *
 * @param onStep  told of each index
 */
export async function verifyIndexes(
  data: string,
  reader: StoreReader,
  onStep: (detail: string) => void,
): Promise<Damage[]> {
  const found: Damage[] = [];
  for (const { name: collection } of reader.list('collection')) {
    const folder = indexesFolder(data, collection);
    const store = () => ({ id: reader.storeId(), lastSequence: reader.lastSequence(collection) });
    for (const entry of await readdir(folder).catch(() => [] as string[])) {
      if (isLeftover(entry)) continue;
      const file = `indexes/${collection}/${entry}`;
      onStep(`reading ${file}`);
      const what =
        (await damageOf(join(folder, entry), store)) && (await damageOf(join(folder, entry), store));
      if (what !== undefined) {
        const place = what.replaceAll(`${data}${sep}`, '');
        found.push({ file, what: `${place} A server makes it again from the store when it opens it` });
      }
    }
  }
  return found;
}

/** Asked twice of what seems damaged: a server may have put another in its place meanwhile. */
async function damageOf(path: string, store: Parameters<typeof verifyIndex>[1]): Promise<string | undefined> {
  try {
    await verifyIndex(path, store);
    return undefined;
  } catch (error) {
    if (!(error instanceof AttuneError)) throw error;
    return ['FILE_CORRUPT', 'CONFLICT'].includes(error.code) ? error.message : undefined;
  }
}
