import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { makeFolder, moveSynced } from '@attune/files';
import { quarantineFolder } from '@attune/store';

/**
 * Moves what no record names out of the way, whole: it may be all that is left of something whose record was lost.
 *
 * @param data  the data folder
 * @param path  of what is moved, from there, such as `bundles/search-1`
 * @returns where it is now, from there too
 */
export async function setAside(data: string, path: string): Promise<string> {
  const target = join(quarantineFolder(data), path);
  await makeFolder(join(target, '..'));
  let free = target;
  for (let number = 2; existsSync(free); ++number) free = `${target}-${number}`;
  await moveSynced(join(data, path), free);
  return relative(data, free);
}

/** What was set aside in a data folder, from there, in the order of names. */
export async function quarantined(data: string): Promise<string[]> {
  const root = quarantineFolder(data);
  const kinds = await readdir(root).catch(() => [] as string[]);
  const found = await Promise.all(
    kinds.map(async (kind) => (await readdir(join(root, kind))).map((name) => `quarantine/${kind}/${name}`)),
  );
  return found.flat().sort();
}
