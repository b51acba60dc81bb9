// A virtual environment of Python for one purpose, with pinned wheels, in the cache folder, where it is made once.
import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.mjs';

const cache = process.env.ATTUNE_CACHE ?? join(homedir(), '.cache', 'attune');

/** @returns the folder with its programs; other wheels, or other versions of them, make another environment */
export async function pythonEnvironment(name, wheels) {
  const version = createHash('sha256').update(wheels.join('\n')).digest('hex').slice(0, 12);
  const folder = join(cache, `${name}-${version}`);
  const bin = join(folder, 'bin');
  if (existsSync(join(folder, 'ready'))) return bin;
  process.stderr.write(`Installing ${wheels.join(', ')} into ${folder} …\n`);
  try {
    await run(['python3', '-m', 'venv', '--clear', folder], { quiet: true });
  } catch (error) {
    throw new Error(
      `Python 3.10 or later with venv is needed for ${name} (Debian: python3-venv): ${error.message}`,
    );
  }
  await run([join(bin, 'pip'), 'install', '--quiet', '--disable-pip-version-check', ...wheels], {
    quiet: true,
  });
  writeFileSync(join(folder, 'ready'), `${wheels.join('\n')}\n`);
  return bin;
}
