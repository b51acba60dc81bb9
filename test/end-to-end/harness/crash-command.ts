/** npm run test:crash -- [--rounds N] [--seed S]: prints a line now and then, then the figures, and ends with 1 at a violation. */
import { parseArgs } from 'node:util';
import { type CrashFigures, crashRounds } from './crash-rounds.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    json: { type: 'boolean', default: false },
  },
});
const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
if (!Number.isSafeInteger(rounds) || rounds < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write(
    `Expected --rounds and --seed to be whole numbers, but received ${values.rounds} and ${values.seed}\n`,
  );
  process.exit(2);
}

const line = (figures: CrashFigures) =>
  `round ${figures.rounds} of ${rounds}: ${figures.kills} kills, ${figures.acknowledgedWrites} writes and ` +
  `${figures.acknowledgedEvents} events acknowledged, slowest restart ${Math.round(figures.slowestRestartMs)} ms\n`;

process.stderr.write(`seed ${seed}\n`);
const figures = await crashRounds({
  rounds,
  seed,
  onRound: (now) => {
    if (now.rounds % 25 === 0) process.stderr.write(line(now));
  },
});
if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
else {
  const { violations, kept, refused, ...counts } = figures;
  for (const [name, value] of Object.entries(counts))
    process.stdout.write(`${name.padEnd(24)}${Math.round(Number(value))}\n`);
  const answers = Object.entries(refused).map(([status, count]) => `${count} x ${status}`);
  process.stdout.write(`${'refused'.padEnd(24)}${answers.join(', ') || 'none'}\n`);
}
if (figures.violations.length > 0) {
  for (const violation of figures.violations.slice(0, 20)) process.stderr.write(`VIOLATION: ${violation}\n`);
  process.stderr.write(
    `Data and journal are kept in ${figures.kept}. Again: npm run test:crash -- --rounds ${figures.rounds} --seed ${seed}\n`,
  );
  process.exitCode = 1;
} else process.stderr.write(`No violation in ${figures.rounds} rounds, seed ${seed}\n`);
