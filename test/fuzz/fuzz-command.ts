/** npm run test:fuzz -- [--minutes N] [--target NAME] [--seed S]: continues where it was stopped, and ends with 1 at a violation. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type FuzzFigures, fuzz, fuzzFolder, mostViolations, noFigures, type Target } from './fuzz.js';
import { targets } from './targets.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    target: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
const chosen = targets.filter(({ name }) => values.target === undefined || values.target === name);
if (!(minutes > 0) || !Number.isSafeInteger(seed) || chosen.length === 0) {
  const names = targets.map(({ name }) => name).join(', ');
  process.stderr.write(
    `Expected --minutes above 0, --seed to be a whole number and --target to be one of ${names}, but received ` +
      `${values.minutes}, ${values.seed} and ${values.target}\n`,
  );
  process.exit(2);
}

/** Mutants between two looks at the clock. */
const together = 100;
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());

/** What one run leaves for the next, in a folder of the target and the seed: figures, and inputs to draw from. */
class Progress {
  readonly figures: FuzzFigures = noFigures();
  readonly #folder: string;
  readonly #file: string;
  #kept = 0;

  constructor({ name }: Target) {
    this.#folder = join(fuzzFolder, `${name}-of-${seed}`);
    this.#file = join(this.#folder, 'figures.json');
    mkdirSync(join(this.#folder, 'pool'), { recursive: true });
    if (existsSync(this.#file)) Object.assign(this.figures, JSON.parse(readFileSync(this.#file, 'utf8')));
    for (const file of readdirSync(join(this.#folder, 'pool')).sort()) {
      const { said, input } = JSON.parse(readFileSync(join(this.#folder, 'pool', file), 'utf8'));
      this.figures.pool.set(said, Buffer.from(input, 'base64'));
    }
    this.#kept = this.figures.pool.size;
    const ended = join(fuzzFolder, `${name}.at`);
    if (!existsSync(ended)) return;
    renameSync(ended, join(this.#folder, `ended-${this.figures.tried}`));
    this.figures.violations.push(`${name}: the process ended (${this.#folder}/ended-${this.figures.tried})`);
    this.figures.tried += together; // it would end it again
    this.save();
  }

  save(): void {
    const { pool, ...figures } = this.figures;
    for (const [said, input] of [...pool].slice(this.#kept)) {
      const file = join(this.#folder, 'pool', `${this.#kept++}`.padStart(4, '0'));
      writeFileSync(file, JSON.stringify({ said, input: input.toString('base64') }));
    }
    writeFileSync(this.#file, JSON.stringify(figures));
  }
}

const progress = new Map(chosen.map((target) => [target, new Progress(target)]));
const until = Date.now() + minutes * 60_000;
while (Date.now() < until && !stop.signal.aborted) {
  const open = [...progress].filter(([, { figures }]) => figures.violations.length < mostViolations);
  // The one of which the fewest were tried.
  const [next] = open.sort(([, a], [, b]) => a.figures.tried - b.figures.tried);
  if (next === undefined) break;
  const [target, kept] = next;
  const from = kept.figures.tried;
  await fuzz(target, { seed, from, to: from + together, signal: stop.signal }, kept.figures);
  kept.save();
}
let violations = 0;
for (const [{ name }, { figures }] of progress) {
  const { tried, read, refused, pool } = figures;
  process.stdout.write(
    `${name.padEnd(16)} ${tried} mutants: ${read} read, ${refused} refused, ${pool.size} kinds, ${figures.violations.length} violations\n`,
  );
  for (const violation of figures.violations) process.stderr.write(`VIOLATION: ${violation}\n`);
  violations += figures.violations.length;
}
process.exitCode = violations > 0 ? 1 : 0;
