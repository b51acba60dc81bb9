import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../end-to-end/harness/random.js';
import {
  changesOf,
  faultAt,
  type TracedRun,
  TracedScript,
  wrongAfterCut,
  wrongAfterFault,
} from './power-cuts.js';

const isTraced = process.platform === 'linux';
const why = isTraced ? '' : ' (not run: the calls that change files are traced on Linux alone)';

// Every change, once, with a cut after it and as a failure: npm run test:power-cuts.
describe.skipIf(!isTraced)(`of a script that writes, promotes, backs up, restores and restarts${why}`, () => {
  const seed = Number(process.env['ATTUNE_CUT_SEED'] ?? Date.now() % 1_000_000);
  const random = new Random(seed);
  const folder = mkdtempSync(join(tmpdir(), 'attune-power-cuts-'));
  const state = { folder: join(folder, 'state') };
  let script: TracedScript;
  let sound: TracedRun;
  let total: number;

  beforeAll(async () => {
    script = await TracedScript.in(folder);
    sound = await script.run('sound');
    total = changesOf(sound.changes);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** One place of each of so many parts of the script. */
  const places = (count: number) =>
    Array.from({ length: count }, (_, i) => random.between(...partOf(i, count)));
  const partOf = (i: number, count: number): [number, number] => [
    Math.floor((i * total) / count) + 1,
    Math.floor(((i + 1) * total) / count),
  ];

  it('every step is acknowledged while nothing fails', () => {
    expect(sound.ending).toBeUndefined();
    const failed = sound.changes.filter((change) => change.kind === 'mark' && change.text.startsWith('fail'));
    expect(failed).toEqual([]);
  });

  it('what was acknowledged is there after a power cut, and nothing is there by half', async () => {
    const wrong: string[] = [];
    for (const [i, after] of places(18).entries()) {
      const loss = i % 3 === 0 ? 'all' : 'some';
      wrong.push(...(await wrongAfterCut(sound.changes, { after, loss, seed: seed + i }, state)));
    }
    expect(wrong, `seed ${seed}`).toEqual([]);
  }, 480_000);

  it('a disk that only says that it synced loses what was acknowledged, and that is noticed', async () => {
    const cut = { after: total, loss: 'all', seed } as const;
    const wrong = await wrongAfterCut(sound.changes, cut, { ...state, isHonest: false });
    expect(wrong.join('\n')).toContain('data is not there');
    const half = { after: Math.floor(total / 2), loss: 'some', seed: 4 } as const;
    expect(await wrongAfterCut(sound.changes, half, { ...state, isHonest: false })).not.toEqual([]);
  }, 120_000);

  it('what was acknowledged is there after a change of a file failed, or that one and all after it', async () => {
    const wrong: string[] = [];
    for (const at of places(4)) wrong.push(...(await wrongAfterFault(script, faultAt(at))));
    expect(wrong, `seed ${seed}`).toEqual([]);
  }, 480_000);
});
