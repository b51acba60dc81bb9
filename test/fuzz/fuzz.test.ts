import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';
import { afterAll, describe, expect, it } from 'vitest';
import { fuzz, type Target } from './fuzz.js';
import { targets } from './targets.js';

const folder = mkdtempSync(join(tmpdir(), 'attune-fuzz-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const mutants = 150;
/** Caches that fill up are allowed; what is kept of each input is not. */
const mostGrownBytes = 48 * 2 ** 20;

// `npm run test:fuzz` tries more, for as long as you let it.
describe('mutants of what strangers write', () => {
  it.each(targets)('$name: each is read as it has to be, or refused', async (target) => {
    const figures = await fuzz(target, { seed: 1, to: mutants });
    const { violations, read, refused, grownBytes, pool } = figures;
    process.stdout.write(`${target.name}: ${read} read, ${refused} refused, ${pool.size} kinds\n`);
    expect(violations).toEqual([]);
    expect(read).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(mutants / 10);
    expect(grownBytes).toBeLessThan(mostGrownBytes);
  });
});

describe('the harness', () => {
  const seeds = () => [Buffer.from('{"a":1,"b":[2,3]}')];
  const tried = (read: Target['read'], to = 200) =>
    fuzz({ name: 'planted', words: ['a'], seeds, read }, { seed: 1, to, folder });

  it('finds an error that is none of ours, and keeps the input that makes it', async () => {
    const read = (input: Buffer) => String((JSON.parse(input.toString()) as { b: number[] }).b.length);
    const { violations } = await tried(read);
    expect(violations.length).toBeGreaterThan(2);
    expect(violations[0]).toMatch(/^planted, mutant \d+ of seed 1: \w*Error/);
    const input = readFileSync(/\((\S+)\)$/.exec(violations[0]!)![1]!);
    expect(() => read(input)).toThrow();
  });

  it('finds an error without an end, and one that says nothing of the input', async () => {
    const long = await tried((input) => {
      throw new AttuneError('DATA_INVALID', input.toString().repeat(1000));
    });
    expect(long.violations[0]).toMatch(/a message of \d+ characters/);
    const internal = await tried(() => {
      throw new AttuneError('INTERNAL', 'something is wrong');
    });
    expect(internal.violations.length).toBeGreaterThan(2);
  });

  it('finds what grows', async () => {
    const kept: number[][] = [];
    const { grownBytes } = await tried(() => String(kept.push(new Array(100_000).fill(0.5)) % 2));
    expect(grownBytes).toBeGreaterThan(mostGrownBytes);
  });

  it('draws from inputs that came to something new, and tries the same in every run', async () => {
    const depth = (input: Buffer) => String(/^\[*/.exec(input.toString())![0].length % 7);
    const [one, two] = [await tried(depth), await tried(depth)];
    expect([...one.pool.values()]).toEqual([...two.pool.values()]);
    expect(one.pool.size).toBeGreaterThan(2);
  });
});
