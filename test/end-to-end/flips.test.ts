import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runFlips } from './harness/flips.js';

// Every bit of both, once: npm run test:flips -- --of store, and --of derived.
describe('one flipped bit gives the right answer, an error that names the file, or a missing row that the scrub finds', () => {
  const seed = Number(process.env['ATTUNE_FLIP_SEED'] ?? 1);

  it.each([
    { of: 'store', what: 'attune.db', count: 20_000, writeEvery: 500 },
    { of: 'derived', what: 'indexes, manifests, models and results of jobs', count: 2_000, writeEvery: 0 },
  ] as const)(
    'in $what, $count times',
    async ({ of, count, writeEvery }) => {
      const folder = mkdtempSync(join(tmpdir(), 'attune-flips-'));
      const figures = await runFlips({ folder, of, drawn: { seed, count }, writeEvery });
      const { wrong, ...counts } = figures;
      process.stdout.write(`flips of ${of}, seed ${seed}: ${JSON.stringify(counts)}\n`);
      expect(wrong, `seed ${seed}`).toEqual([]);
      expect(counts.flips).toBe(count);
      expect(counts.error).toBeGreaterThan(count / 50);
    },
    900_000,
  );
});
