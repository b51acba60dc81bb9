// Installs the dependencies and builds the addon and the packages: whatever is missing or older than its sources.
import { pathToFileURL } from 'node:url';
import { pnpm, run } from './run.mjs';

export async function setup() {
  const quiet = { quiet: true };
  process.stderr.write('Installing dependencies …\n');
  await run([...pnpm, 'install', '--frozen-lockfile', '--prefer-offline'], quiet);
  process.stderr.write('Building the native addon …\n');
  await run(['npx', '--no-install', 'cmake-js', 'compile', '--out', 'build/native'], quiet);
  process.stderr.write('Building the packages …\n');
  await run(['npx', '--no-install', 'tsc', '--build'], quiet);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await setup();
