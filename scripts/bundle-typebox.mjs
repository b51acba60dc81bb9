// Bundles packages/schema/dist/typebox.js, as the compiler has written it, with TypeBox itself into one file of that name. Without it
// everything works too, and starts more slowly.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './run.mjs';

const typebox = join(root, 'packages/schema/node_modules/typebox');
const file = join(root, 'packages/schema/dist/typebox.js');

export async function bundleTypeBox() {
  const { version } = JSON.parse(readFileSync(join(typebox, 'package.json'), 'utf8'));
  const licence = readFileSync(join(typebox, 'license'), 'utf8').trim();
  const banner = `/* TypeBox ${version}\n\n${licence} */`;
  if (readFileSync(file, 'utf8').startsWith(banner)) return;
  const { build } = await import('rolldown'); // which a checkout has only once it is installed
  await build({
    input: file,
    platform: 'node',
    output: { file, format: 'esm', banner, comments: false },
    logLevel: 'warn',
  });
  const map = `${file}.map`; // of what the compiler wrote
  if (existsSync(map)) rmSync(map);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await bundleTypeBox();
