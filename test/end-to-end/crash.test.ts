import { expect, it } from 'vitest';
import { crashRounds } from './harness/crash-rounds.js';

// The same rounds as `npm run test:crash -- --rounds 10`; docs say what each of them compares.
it('loses no acknowledged write and shows none half in 10 kills at random moments', async () => {
  const seed = Number(process.env['ATTUNE_CRASH_SEED'] ?? Date.now() % 1_000_000);
  const figures = await crashRounds({ rounds: 10, seed });
  const { violations, ...counts } = figures;
  process.stdout.write(`kill -9: ${JSON.stringify(counts)}\n`);
  expect(violations, `seed ${seed}`).toEqual([]);
  expect(figures.kills).toBeGreaterThanOrEqual(10);
  expect(figures.acknowledgedWrites).toBeGreaterThan(400);
  expect(figures.acknowledgedEvents).toBeGreaterThan(80);
}, 900_000);
