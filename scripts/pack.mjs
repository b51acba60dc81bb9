// Packs every package as it would be published into build/packed, the addon of this platform with them, and tries them
// in an empty folder: node scripts/pack.mjs [--smoke]
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pnpm, root, run } from './run.mjs';

const packed = join(root, 'build/packed');

/** @returns the tarballs, as paths */
export async function pack() {
  rmSync(packed, { recursive: true, force: true });
  mkdirSync(packed, { recursive: true });
  copyFileSync(join(root, 'build/native/Release/attune.node'), join(root, 'npm/linux-x64-gnu/attune.node'));
  const folders = [
    ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`),
    'npm/linux-x64-gnu',
  ];
  for (const folder of folders) {
    await run([...pnpm, 'pack', '--pack-destination', packed], { cwd: join(root, folder), quiet: true });
  }
  return readdirSync(packed).map((name) => join(packed, name));
}

/** Installs the tarballs in an empty folder, with no path into this checkout, and runs the command and each library. */
export async function smoke() {
  const tarballs = await pack();
  const folder = mkdtempSync(join(tmpdir(), 'attune-packed-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }\n');
    await run(['npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', ...tarballs], {
      cwd: folder,
      quiet: true,
    });
    writeFileSync(
      join(folder, 'smoke.mjs'),
      `import { FlatIndex, LexicalIndex } from '@attune/search';
import { Encoder } from '@attune/encode';
const encoder = await Encoder.load('attune-base-en');
const documents = ['trash can', 'floppy disk', 'magnifying glass'];
const index = new FlatIndex({ dim: encoder.dim, metric: 'cosine' });
index.add(await encoder.encodeDocuments(documents));
const { rows } = await index.search(await encoder.encodeQueries(['rubbish bin']), { k: 1 });
if (rows[0] !== 0) throw new Error('the packed packages found ' + documents[rows[0]]);
if (!LexicalIndex) throw new Error('no LexicalIndex');
console.log('packed packages: ok');
`,
    );
    await run(['node', 'smoke.mjs'], { cwd: folder });
    await run(['npx', '--no-install', 'attune', 'doctor'], { cwd: folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv.includes('--smoke')) await smoke();
  else process.stdout.write(`${(await pack()).join('\n')}\n`);
}
