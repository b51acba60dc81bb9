// npm run bench [-- --toy] [NAME]: every benchmark, or those whose path contains NAME. Each prints one JSON line per
// scenario; --toy runs them at a size that only shows that they work.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './run.mjs';

const args = process.argv.slice(2);
const toy = args.includes('--toy');
const name = args.find((arg) => !arg.startsWith('--')) ?? '';
const all = readdirSync(join(root, 'benchmarks'), { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.bench.ts'),
);
for (const file of all.sort()) {
  if (!file.includes(name)) continue;
  process.stderr.write(`benchmarks/${file}\n`);
  await run([process.execPath, join('build/benchmarks', file.replace(/\.ts$/, '.js'))], {
    env: toy ? { ATTUNE_BENCH_TOY: '1' } : {},
  });
}
