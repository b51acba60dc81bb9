/** npm run test:tokenizers -- [--mutants N] [--seed S]: continues where it was stopped, and ends with 1 at a violation. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../../end-to-end/harness/repository.js';
import { type MutantFigures, noMutants, tryMutants } from './try-mutants.js';
import { realTokenizers } from './whole-tokenizers.js';

const { values } = parseArgs({
  options: { mutants: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const [to, seed] = [Number(values.mutants), Number(values.seed)];
if (!Number.isSafeInteger(to) || to < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write(
    `Expected --mutants and --seed to be whole numbers, but received ${values.mutants} and ${values.seed}\n`,
  );
  process.exit(2);
}

const file = join(root, `build/tokenizer-mutants-${seed}.json`);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
mkdirSync(dirname(file), { recursive: true });

function before(): MutantFigures {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as MutantFigures;
  } catch {
    return noMutants();
  }
}

const line = ({ tried, refused, failed, tokenised, violations }: MutantFigures) =>
  `${tried} of ${to} mutants: ${refused} refused, ${failed} refused a text, ${tokenised} tokenised all texts, ${violations.length} violations\n`;

const known = before();
process.stderr.write(
  `seed ${seed}, from mutant ${known.tried}; real tokenisers: ${realTokenizers.map(({ name }) => name).join(', ') || 'none'}\n`,
);
const onMutant = (figures: MutantFigures) => {
  if (figures.tried % 500 !== 0) return;
  writeFileSync(file, JSON.stringify(figures));
  if (figures.tried % 5000 === 0) process.stderr.write(line(figures));
};
const figures = await tryMutants({ seed, from: known.tried, to, onMutant, signal: stop.signal }, known);
writeFileSync(file, JSON.stringify(figures));
process.stdout.write(line(figures));
for (const violation of figures.violations.slice(0, 20)) process.stderr.write(`VIOLATION: ${violation}\n`);
if (figures.violations.length > 0) process.exitCode = 1;
