import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, delimiter, join, resolve } from 'node:path';
import { AttuneError, checkFilledText } from '@attune/errors';
import { kindOfPlace, placeInWords } from '@attune/files';
import { BundleFiles } from '../files/bundle-files.js';
import { holdsModel } from '../sentence-transformers/modules.js';
import { shippedBundle, shippedNames } from './shipped-bundles.js';

/** A name such as `all-MiniLM-L6-v2` or `sentence-transformers/all-MiniLM-L6-v2`. */
const namePattern = /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)?$/;

/**
 * The folder of a bundle. A path to a folder is taken as it is; any other text is a name, looked up in this order:
 *
 * 1. `searchPaths`, then the folders of ATTUNE_MODELS (separated as in PATH): FOLDER/NAME
 * 2. Attune's cache: ~/.cache/attune/models/NAME (XDG_CACHE_HOME is honoured)
 * 3. Hugging Face's cache: models--ORG--NAME/snapshots/REVISION, the revision of refs/main first (HF_HUB_CACHE and HF_HOME are
 *    honoured; a name without organisation is looked up under `sentence-transformers` too)
 * 4. the bundles shipped with Attune, each a data package that @attune/encode depends on
 *
 * Nothing is downloaded.
 *
 * @throws {AttuneError} BUNDLE_NOT_FOUND listing every place looked at, and how to get the model
 */
export async function findBundle(pathOrName: string, searchPaths: readonly string[] = []): Promise<string> {
  checkFilledText('pathOrName', pathOrName, 'the folder or the name of a model');
  const path = resolve(pathOrName);
  const looked = [path];
  const info = await stat(path).catch(() => undefined);
  if (info?.isDirectory()) {
    const kind = kindOfPlace(path);
    if (kind !== 'index' && kind !== 'data folder') return path;
    throw new AttuneError(
      'BUNDLE_NOT_FOUND',
      `Expected the folder of a model, but ${path} is ${placeInWords(path)}. Name the model itself: the folder with model.safetensors in it.`,
    );
  }
  if (info) {
    throw new AttuneError(
      'BUNDLE_NOT_FOUND',
      `${path} is a file; a bundle is the folder with model.safetensors in it.`,
    );
  }
  if (namePattern.test(pathOrName)) {
    const places = candidates(pathOrName, searchPaths);
    const found = await firstOf(places);
    if (found !== undefined) return found;
    looked.push(...places.map((place) => place.path));
  }
  throw new AttuneError(
    'BUNDLE_NOT_FOUND',
    `No bundle "${pathOrName}" was found. Looked at:\n${looked.map((place) => `  ${place}`).join('\n')}\n` +
      'Give the path of a model folder, or put the model where it is looked for: ' +
      `hf download ORG/NAME --local-dir ${join(attuneCache(), 'NAME')}. ` +
      `Shipped with Attune: ${shippedNames().join(', ')}.`,
  );
}

/**
 * The folder of a bundle by its name alone, looked up as `findBundle` does; a folder of that name where the program was started is no
 * bundle. For names that came from elsewhere: the error says nothing of the places of this machine.
 *
 * @throws {AttuneError} NOT_FOUND
 */
export async function findNamedBundle(name: string): Promise<string> {
  const found = namePattern.test(name) ? await firstOf(candidates(name, [])) : undefined;
  if (found !== undefined) return found;
  throw new AttuneError('NOT_FOUND', `There is no model "${name}" where models are looked for by name.`);
}

async function firstOf(places: readonly Candidate[]): Promise<string | undefined> {
  for (const { path, snapshots } of places) {
    const found = snapshots ? await snapshot(path) : await bundleFolder(path);
    if (found !== undefined) return found;
  }
  return undefined;
}

function attuneCache(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'attune', 'models');
}

function huggingFaceCaches(): string[] {
  const { HF_HUB_CACHE: hub, HF_HOME: home } = process.env;
  if (hub) return [hub];
  return [
    join(home || join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'huggingface'), 'hub'),
  ];
}

interface Candidate {
  path: string;
  /** Hugging Face's layout, where a model's folder holds its revisions. */
  snapshots: boolean;
}

function candidates(name: string, searchPaths: readonly string[]): Candidate[] {
  const own = (process.env['ATTUNE_MODELS'] ?? '').split(delimiter).filter((folder) => folder !== '');
  // ORG/NAME may have been put down as NAME.
  const names = [...new Set([name, basename(name)])];
  const inFolders = (folders: readonly string[]) =>
    folders.flatMap((folder) => names.map((each) => ({ path: resolve(folder, each), snapshots: false })));
  const repositories = name.includes('/') ? [name] : [name, `sentence-transformers/${name}`];
  const hub = huggingFaceCaches().flatMap((folder) =>
    repositories.map((repository) => ({
      path: join(folder, `models--${repository.replace('/', '--')}`),
      snapshots: true,
    })),
  );
  const shipped = names
    .map(shippedBundle)
    .filter((path) => path !== undefined)
    .map((path) => ({ path, snapshots: false }));
  return [...inFolders([...searchPaths, ...own, attuneCache()]), ...hub, ...shipped];
}

async function bundleFolder(path: string): Promise<string | undefined> {
  return (await holdsModel(new BundleFiles(path))) ? path : undefined;
}

/** The revision that refs/main names, else the newest one. */
async function snapshot(repository: string): Promise<string | undefined> {
  const folder = join(repository, 'snapshots');
  const main = await readFile(join(repository, 'refs', 'main'), 'utf8').catch(() => '');
  if (/^[\w.-]+$/.test(main.trim())) {
    const found = await bundleFolder(join(folder, main.trim()));
    if (found) return found;
  }
  const revisions = await readdir(folder).catch(() => [] as string[]);
  const dated = await Promise.all(
    revisions.map(async (revision) => {
      const path = await bundleFolder(join(folder, revision));
      return path ? { path, time: (await stat(path)).mtimeMs } : undefined;
    }),
  );
  return dated.filter((each) => each !== undefined).sort((a, b) => b.time - a.time)[0]?.path;
}
