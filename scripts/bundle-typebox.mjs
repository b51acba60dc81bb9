// Bundles packages/schema/src/typebox.ts and what it takes of TypeBox into dist/typebox.js, in the place of what the compiler wrote there.
// Without it everything works too, and starts more slowly.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './run.mjs';

const schema = join(root, 'packages/schema');

export async function bundleTypeBox() {
  const typebox = join(schema, 'node_modules/typebox');
  const file = join(schema, 'dist/typebox.js');
  const { version } = JSON.parse(readFileSync(join(typebox, 'package.json'), 'utf8'));
  const licence = readFileSync(join(typebox, 'license'), 'utf8').trim();
  const banner = `/* TypeBox ${version}\n\n${licence} */`;
  if (readFileSync(file, 'utf8').startsWith(banner)) return;
  const { build } = await import('rolldown'); // which a checkout has only once it is installed
  await build({
    input: join(schema, 'src/typebox.ts'),
    platform: 'node',
    output: { file, format: 'esm', banner, comments: false },
    logLevel: 'warn',
  });
  rmSync(`${file}.map`, { force: true }); // of what the compiler wrote
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await bundleTypeBox();
