// Installs the dependencies and builds the addon and the packages: whatever is missing or older than its sources.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundlePackages } from './bundle-packages.mjs';
import { addonBuild, buildNative } from './native-build.mjs';
import { missingForBuild, missingForInstall } from './requirements.mjs';
import { pnpm, root, run } from './run.mjs';

const quiet = { quiet: true };
const stampFile = join(root, 'node_modules/.attune-setup');

/** What decides what is installed, and where: the same text means that nothing is to be installed again. */
function installation() {
  const manifests = ['packages', 'npm'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}/package.json`),
  );
  const hash = createHash('sha256').update(`${root}\n${process.version}\n`);
  for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests.sort()]) {
    hash.update(`${file}\n`);
    if (existsSync(join(root, file))) hash.update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function demand(missing) {
  if (missing.length > 0)
    throw new Error(`Attune cannot be built here yet:\n${missing.map((each) => `  ${each}`).join('\n')}`);
}

export async function setup() {
  demand(missingForInstall());
  const build = join(root, addonBuild);
  const configured = existsSync(join(build, 'CMakeCache.txt'));
  if (!configured) demand(missingForBuild());

  const wanted = installation();
  const installed = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted;
  if (!installed) {
    process.stderr.write('Installing dependencies …\n');
    await run([...pnpm, 'install', '--frozen-lockfile', '--prefer-offline'], quiet);
  }

  process.stderr.write('Building the native addon …\n');
  if (installed && configured) {
    await buildNative(addonBuild, ['attune']); // configures again where a CMakeLists.txt changed
  } else {
    rmSync(join(build, 'CMakeCache.txt'), { force: true }); // it may name paths of another place or version
    const cmakeJs = join(root, 'node_modules/cmake-js/bin/cmake-js');
    const parallel = String(availableParallelism());
    const compile = [process.execPath, cmakeJs, 'compile', '--out', addonBuild, '--target', 'attune'];
    await run([...compile, '--parallel', parallel], quiet);
  }

  writeFileSync(stampFile, wanted);

  process.stderr.write('Building the packages …\n');
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`);
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  await run([process.execPath, tsc, '--build', ...packages, 'npm/attune'], quiet);
  await bundlePackages();
}

/** For the scripts that start with it: ends the program with a message, not with a stack, when it fails. */
export async function setupOrExit() {
  try {
    await setup();
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await setupOrExit();
