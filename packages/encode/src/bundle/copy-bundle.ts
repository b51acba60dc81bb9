import { chmod, copyFile, mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { AttuneError } from '@attune/errors';
import type { Bundle } from './types.js';

/** What Python or a person wants beside the files that Attune reads: settings, vocabularies, notices. Other forms of the weights stay behind. */
const companion = /\.(json|txt|md|model)$/i;
const mostCompanionBytes = 2 ** 26;

/**
 * Copies the files of a bundle that were read, and the small ones beside them. Links are followed, because Hugging Face's
 * cache is made of them; a copy can be written, even of a read-only model.
 *
 * @param isWanted  of a file's name, relative to the bundle, with `/`
 * @throws {AttuneError} FILE_NOT_FOUND when a file is gone that was there when the bundle was read
 */
export async function copyBundle(
  bundle: Bundle,
  to: string,
  isWanted = (_name: string) => true,
): Promise<void> {
  for (const name of (await bundleFileNames(bundle)).filter(isWanted)) {
    const [source, target] = [join(bundle.path, name), join(to, name)];
    await mkdir(dirname(target), { recursive: true });
    await copyFile(source, target).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOENT') throw cause;
      throw new AttuneError('FILE_NOT_FOUND', `${source} was there when the bundle was read, and is gone.`, {
        cause,
      });
    });
    await chmod(target, 0o644);
  }
}

/** The files that `copyBundle` copies, relative to the bundle, with `/`. */
export async function bundleFileNames(bundle: Bundle): Promise<string[]> {
  return [...new Set([...bundle.files, ...(await companions(bundle))])];
}

async function companions(bundle: Bundle): Promise<string[]> {
  const found: string[] = [];
  for (const folder of new Set(bundle.files.map((name) => posix.dirname(name)))) {
    for (const name of await readdir(join(bundle.path, folder)).catch(() => [])) {
      if (!companion.test(name) || name.startsWith('.')) continue;
      const info = await stat(join(bundle.path, folder, name)).catch(() => undefined);
      if (info?.isFile() && info.size <= mostCompanionBytes) found.push(posix.join(folder, name));
    }
  }
  return found;
}
