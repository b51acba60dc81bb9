/**
 * npm run test:crash -- [--rounds N] [--state FILE]: rounds of killing the server, in stretches with a data folder each, until there were N, or 50 more than
 * there were. FILE counts those of ended stretches, so that it continues there; without it, build/crash-test.json does. With --seed S it is
 * one stretch, which counts for nothing. It ends with 1 at a violation.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type CrashFigures, crashRounds } from './crash-rounds.js';
import { root } from './repository.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    seed: { type: 'string' },
    state: { type: 'string', default: join(root, 'build/crash-test.json') },
    json: { type: 'boolean', default: false },
  },
});
const wanted = values.rounds === undefined ? undefined : Number(values.rounds);
const given = values.seed === undefined ? undefined : Number(values.seed);
for (const number of [wanted, given]) {
  if (number === undefined || (Number.isSafeInteger(number) && number >= 0)) continue;
  process.stderr.write(
    `Expected --rounds and --seed to be whole numbers, but received ${values.rounds} and ${values.seed}\n`,
  );
  process.exit(2);
}

/** Rounds that a stop loses at most. */
const stretch = 50;
const summed = [
  'rounds',
  'kills',
  'killsAtStart',
  'killsInPromotion',
  'acknowledgedWrites',
  'acknowledgedEvents',
  'acknowledgedPromotions',
  'searchesChecked',
  'restarts',
  'verified',
  'seconds',
] as const;
type Sums = Record<(typeof summed)[number] | 'slowestRestartMs', number>;

const isCounted = given === undefined;
const sums: Sums =
  isCounted && existsSync(values.state)
    ? JSON.parse(readFileSync(values.state, 'utf8'))
    : ({ slowestRestartMs: 0, ...Object.fromEntries(summed.map((name) => [name, 0])) } as Sums);
const rounds = wanted ?? sums.rounds + stretch;
if (sums.rounds > 0) process.stderr.write(`continues after ${sums.rounds} rounds\n`);

const line = ({ kills, acknowledgedWrites, acknowledgedEvents, slowestRestartMs, ...now }: CrashFigures) =>
  `round ${sums.rounds + now.rounds} of ${rounds}: ${kills} kills, ${acknowledgedWrites} writes and ` +
  `${acknowledgedEvents} events acknowledged in this stretch, slowest restart ${Math.round(slowestRestartMs)} ms\n`;

while (sums.rounds < rounds && process.exitCode === undefined) {
  const seed = given ?? Date.now() % 1_000_000;
  const count = isCounted ? Math.min(stretch, rounds - sums.rounds) : rounds;
  process.stderr.write(`seed ${seed}\n`);
  const figures = await crashRounds({
    rounds: count,
    seed,
    onRound: (now) => {
      if (now.rounds % 25 === 0) process.stderr.write(line(now));
    },
  });
  for (const name of summed) sums[name] += figures[name];
  sums.slowestRestartMs = Math.max(sums.slowestRestartMs, figures.slowestRestartMs);
  if (figures.violations.length > 0) {
    for (const violation of figures.violations.slice(0, 20))
      process.stderr.write(`VIOLATION: ${violation}\n`);
    process.stderr.write(
      `Data and journal are kept in ${figures.kept}. Again: npm run test:crash -- --rounds ${figures.rounds} --seed ${seed}\n`,
    );
    process.exitCode = 1;
  } else if (isCounted) {
    mkdirSync(dirname(values.state), { recursive: true });
    writeFileSync(values.state, JSON.stringify(sums));
  }
}
if (values.json) process.stdout.write(`${JSON.stringify(sums)}\n`);
else
  for (const [name, value] of Object.entries(sums))
    process.stdout.write(`${name.padEnd(24)}${Math.round(value)}\n`);
if (process.exitCode === undefined) process.stderr.write(`No violation in ${sums.rounds} rounds\n`);
