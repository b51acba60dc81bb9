// Bundles each package into few files: its `dist/index.js`, the programs that it starts as threads and processes, and what these share. Node
// takes a millisecond or two for each file that it imports, and with a file for each module a server with one collection opened 1,663.
// The compiler writes the types alone. Built again is what is older than its sources: node scripts/bundle-packages.mjs
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './run.mjs';

/** Written by the compiler module by module: a browser loads those of the first two, and scripts under test look into the third. */
const byModule = ['client', 'console', 'tune'];

/** What a package has beside `index.js`, by the source that it is made of. */
const programs = {
  cli: { main: 'main.ts' },
  jobs: { launcher: 'launch/launcher.ts', process: 'launch/process.ts' },
  schema: { typebox: 'typebox.ts' },
  service: {
    'searching-thread': 'generation/searching-thread.ts',
    'indexing-thread': 'generation/indexing-thread.ts',
    'encoder-thread': 'encoding/encoder-thread.ts',
    'bundle-process': 'models/bundle-process.ts',
  },
  store: { thread: 'thread.ts', 'upkeep-thread': 'upkeep-thread.ts' },
};

const stampFile = join(root, 'build/bundled-packages.json');

/** What decides what a package is bundled to: the same text means that nothing is to be written again. */
function stateOf(folder) {
  const hash = createHash('sha256');
  // The lock names the versions of rolldown and of TypeBox.
  for (const file of ['scripts/bundle-packages.mjs', 'pnpm-lock.yaml'])
    hash.update(readFileSync(join(root, file)));
  for (const name of readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' }).sort()) {
    const { mtimeMs, size } = statSync(join(folder, 'src', name));
    hash.update(`${name} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

export async function bundlePackages() {
  const before = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {};
  const now = {};
  for (const name of readdirSync(join(root, 'packages')).filter((each) => !byModule.includes(each))) {
    const folder = join(root, 'packages', name);
    now[name] = stateOf(folder);
    if (now[name] !== before[name] || !existsSync(join(folder, 'dist/index.js'))) await bundle(name, folder);
  }
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, JSON.stringify(now));
}

async function bundle(name, folder) {
  const { build } = await import('rolldown'); // which a checkout has only once it is installed
  const dist = join(folder, 'dist');
  for (const file of existsSync(dist) ? readdirSync(dist, { recursive: true, encoding: 'utf8' }) : [])
    if (/\.c?js(\.map)?$/.test(file)) rmSync(join(dist, file));
  const input = Object.fromEntries(
    Object.entries({ index: 'index.ts', ...programs[name] }).map(([entry, source]) => [
      entry,
      join(folder, 'src', source),
    ]),
  );
  await compileCommonJs(folder);
  const isTypeBox = (id) => name === 'schema' && /^typebox(\/|$)/.test(id);
  const isOfTypeBox = (id) => /[\\/]node_modules[\\/]typebox[\\/]/.test(id);
  await build({
    input,
    platform: 'node',
    external: (id) => !/^[./]/.test(id) && !isTypeBox(id),
    output: {
      dir: dist,
      format: 'esm',
      sourcemap: true,
      sourcemapExcludeSources: true, // `src` is published too
      // Beside each other, so that what a module finds by its own place is where it would be beside the sources.
      entryFileNames: '[name].js',
      chunkFileNames: 'shared-[name]-[hash].js',
      banner: ({ moduleIds }) => (moduleIds.some(isOfTypeBox) ? licenceOfTypeBox(folder) : ''),
    },
    logLevel: 'warn',
  });
}

/** Tables that are loaded when they are first asked for, without waiting, stay files of their own. */
async function compileCommonJs(folder) {
  const { default: ts } = await import('typescript');
  const sources = readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' });
  for (const source of sources.filter((each) => each.endsWith('.cts'))) {
    const to = join(folder, 'dist', source.replace(/\.cts$/, '.cjs'));
    const compilerOptions = { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023 };
    const text = readFileSync(join(folder, 'src', source), 'utf8');
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, ts.transpileModule(text, { fileName: source, compilerOptions }).outputText);
  }
}

/** Of the one library whose code is among ours: of its 683 files schemas need few. */
function licenceOfTypeBox(folder) {
  const typebox = join(folder, 'node_modules/typebox');
  const { version } = JSON.parse(readFileSync(join(typebox, 'package.json'), 'utf8'));
  return `/* TypeBox ${version}\n\n${readFileSync(join(typebox, 'license'), 'utf8').trim()} */`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await bundlePackages();
