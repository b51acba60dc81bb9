// npm run bench [-- --toy] [NAME]: every benchmark, or those whose path contains NAME. Each prints one JSON line per
// scenario, appended to benchmarks/results/; --toy runs them at a size that only shows that they work, and keeps nothing.
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import { addonBuild, buildNative, configureNative } from './native-build.mjs';
import { root, run } from './run.mjs';
import { setupOrExit } from './setup.mjs';

const args = process.argv.slice(2);
const toy = args.includes('--toy');
const name = args.find((arg) => !arg.startsWith('--')) ?? '';
const all = readdirSync(join(root, 'benchmarks'), { recursive: true, encoding: 'utf8' })
  .map((file) => `benchmarks/${file}`)
  .filter((file) => /(\.bench\.ts|_bench\.cpp)$/.test(file) && file.includes(name))
  .sort();
if (all.length === 0) {
  process.stderr.write(`No benchmark has "${name}" in its path\n`);
  process.exit(1);
}

await setupOrExit();
const tsc = join(root, 'node_modules/typescript/bin/tsc');
await run([process.execPath, tsc, '--build', 'benchmarks'], { quiet: true });
const programs = all.filter((file) => file.endsWith('.cpp')).map((file) => basename(file, '.cpp'));
if (programs.length > 0) {
  await configureNative(addonBuild, ['-DATTUNE_BENCHMARKS=ON']);
  await buildNative(addonBuild, programs);
}

const command = (file) =>
  file.endsWith('.ts')
    ? [process.execPath, join('build', file.replace(/\.ts$/, '.js'))]
    : [join(addonBuild, 'benchmarks', basename(file, '.cpp'))];

const git = (...words) => execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim();

/** Keeps what a benchmark printed. Those in TypeScript say machine, commit and date themselves (benchmarks/lib/report.ts). */
function keep(file, output) {
  const results = join(root, 'benchmarks/results');
  mkdirSync(results, { recursive: true });
  const machine = { cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length };
  const commit = git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain', '-uno') ? '+' : '');
  const about = { machine, commit, date: new Date().toISOString() };
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  const kept = lines.map((line) => `${JSON.stringify({ ...about, ...JSON.parse(line) })}\n`).join('');
  appendFileSync(join(results, `${basename(file).replace(/(\.bench\.ts|_bench\.cpp)$/, '')}.jsonl`), kept);
}

let silent = 0;
for (const file of all) {
  process.stderr.write(`${file}\n`);
  const { output } = await run(command(file), { env: toy ? { ATTUNE_BENCH_TOY: '1' } : {} });
  if (!/^\{.*\}$/m.test(output)) {
    process.stderr.write(`${file} printed no JSON line\n`);
    silent += 1;
  } else if (!toy) keep(file, output);
}
process.exitCode = silent > 0 ? 1 : 0;
