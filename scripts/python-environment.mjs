// A virtual environment of Python for one purpose, with pinned wheels, in the cache folder, where it is made once.
import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.mjs';

const cache = process.env.ATTUNE_CACHE ?? join(homedir(), '.cache', 'attune');

/** Installs as pip does, PyTorch and what it brings within a minute. */
const uv = 'uv==0.13.9';

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
  const pip = [join(bin, 'pip'), 'install', '--quiet', '--disable-pip-version-check'];
  try {
    await run([...pip, uv], { quiet: true });
    await run([join(bin, 'uv'), 'pip', 'install', '--python', join(bin, 'python'), ...wheels], {
      quiet: true,
    });
  } catch {
    await run([...pip, ...wheels], { quiet: true }); // where the registry is one that only pip has been told of
  }
  writeFileSync(join(folder, 'ready'), `${wheels.join('\n')}\n`);
  return bin;
}
