import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What a place on disk is: a data folder of a server, an index, a model, another folder, or a file. */
export type KindOfPlace = 'data folder' | 'index' | 'model' | 'folder' | 'file';

/** What lies at a path, by the files that are in it; undefined where nothing is. */
export function kindOfPlace(path: string): KindOfPlace | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (!found.isDirectory()) return 'file';
  if (existsSync(join(path, 'attune.db'))) return 'data folder';
  if (existsSync(join(path, 'documents.jsonl')) && isManifest(join(path, 'manifest.json'))) return 'index';
  return existsSync(join(path, 'modules.json')) ? 'model' : 'folder';
}

function isManifest(file: string): boolean {
  try {
    return readFileSync(file, 'utf8').includes('"fingerprint"');
  } catch {
    return false;
  }
}

const inWords: Record<KindOfPlace, string> = {
  'data folder': 'the data folder of a server',
  index: 'an index of documents',
  model: 'a model',
  folder: 'a folder of something else',
  file: 'a file',
};

/** The same in words, such as `an index of documents`. */
export function placeInWords(path: string): string {
  const kind = kindOfPlace(path);
  return kind === undefined ? 'not there' : inWords[kind];
}
