/**
 * npm run test:flips -- [--of store|derived] [--seed S --count N] [--state FILE] [--from N] [--to N]: flips bits of a small data folder. Without
 * a seed every bit is flipped; FILE says how far that came, so that it continues there.
 */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type FlipFigures, type FlipKind, runFlips } from './flips.js';
import { root } from './repository.js';

const { values } = parseArgs({
  options: {
    of: { type: 'string', default: 'store' },
    seed: { type: 'string' },
    count: { type: 'string', default: '20000' },
    state: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
  },
});
const number = (name: 'seed' | 'count' | 'from' | 'to'): number | undefined => {
  const value = values[name];
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  process.stderr.write(`Expected --${name} to be a whole number, but received ${value}\n`);
  process.exit(2);
};
if (values.of !== 'store' && values.of !== 'derived') {
  process.stderr.write(`Expected --of to be store or derived, but received ${values.of}\n`);
  process.exit(2);
}
const of: FlipKind = values.of;
const seed = number('seed');

interface State {
  done: number;
  wrong: string[];
}
const stateFile = values.state ?? join(root, 'build', `flips-${of}.json`);
const isWhole = seed === undefined;
const state: State =
  isWhole && existsSync(stateFile) ? JSON.parse(readFileSync(stateFile, 'utf8')) : { done: 0, wrong: [] };
const from = number('from') ?? state.done;
if (from > 0) process.stderr.write(`continues at bit ${from}\n`);

const keep = (done: number, figures: FlipFigures) => {
  if (isWhole) writeFileSync(stateFile, JSON.stringify({ done, wrong: [...state.wrong, ...figures.wrong] }));
};
let told = 0;
const figures = await runFlips({
  folder: mkdtempSync(join(tmpdir(), 'attune-flips-')),
  of,
  drawn: seed === undefined ? undefined : { seed, count: number('count')! },
  from,
  to: number('to'),
  onProgress({ done, to, figures }) {
    keep(done, figures);
    if (Date.now() - told < 10_000) return;
    told = Date.now();
    process.stderr.write(`${done} of ${to}: ${figures.wrong.length} wrong\n`);
  },
});
const wrong = [...state.wrong, ...figures.wrong];
for (const each of wrong) process.stderr.write(`WRONG: ${each}\n`);
const { flips, same, error, hidden } = figures;
process.stdout.write(
  `${flips} flips of ${of}: ${same} without effect, ${error} named in an error, ${hidden} hid a row and the scrub found them, ${wrong.length} wrong\n`,
);
process.exitCode = wrong.length > 0 ? 1 : 0;
