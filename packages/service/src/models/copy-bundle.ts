import { copyFile, mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Bundle } from '@attune/encode';

/** What Python wants beside the files that Attune reads. Other forms of the weights are left behind. */
const companion = /\.(json|txt|md|model)$/i;
const mostCompanionBytes = 2 ** 26;

/**
 * Copies the files of a bundle that were read, and the small ones beside them. Links are followed: Hugging Face's
 * cache is made of them.
 */
export async function copyBundle(bundle: Bundle, to: string): Promise<void> {
  const folders = new Set(bundle.files.map((name) => dirname(name)));
  const names = new Set(bundle.files);
  for (const folder of folders) {
    for (const name of await readdir(join(bundle.path, folder))) {
      if (!companion.test(name) || name.startsWith('.')) continue;
      const info = await stat(join(bundle.path, folder, name)).catch(() => undefined);
      if (info?.isFile() && info.size <= mostCompanionBytes) names.add(join(folder, name));
    }
  }
  for (const folder of new Set(['.', ...folders])) await mkdir(join(to, folder), { recursive: true });
  for (const name of names) await copyFile(join(bundle.path, name), join(to, name));
}
