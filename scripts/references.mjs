// Golden figures and bundles against the real reference, Python's sentence-transformers, in a virtual environment of its
// own in the cache folder. Each check is a program in test/reference that ends with exit code 0 when all agrees.
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, run } from './run.mjs';

const wheels = ['sentence-transformers==6.2.0', 'snowballstemmer==3.1.1'];
const cache = process.env.ATTUNE_CACHE ?? join(homedir(), '.cache', 'attune');
const environment = join(cache, `references-${wheels.join('-').replaceAll('==', '-')}`);
const python = join(environment, 'bin/python');

async function install() {
  if (existsSync(join(environment, 'ready'))) return;
  process.stderr.write('Installing the Python references …\n');
  await run(['python3', '-m', 'venv', '--clear', environment], { quiet: true });
  await run([join(environment, 'bin/pip'), 'install', '--quiet', ...wheels], { quiet: true });
  await run(['touch', join(environment, 'ready')]);
}

export async function runReferences() {
  await install();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const checks = readdirSync(join(root, 'test/reference')).filter((name) => name.startsWith('check_'));
  for (const check of checks) {
    process.stdout.write(`-- ${check}\n`);
    const { code } = await run([python, `test/reference/${check}`], {
      mayFail: true,
      env: { HF_HUB_OFFLINE: '1' },
    });
    if (code === 0) counts.passed += 1;
    else counts.failed += 1;
  }
  return counts;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { passed, failed } = await runReferences();
  process.stdout.write(`${passed} passed, ${failed} failed, 0 skipped\n`);
  process.exitCode = failed > 0 ? 1 : 0;
}
