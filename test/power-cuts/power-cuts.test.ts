import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../end-to-end/harness/random.js';
import { Disk } from './disk.js';
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
  const seed = Number(process.env['ATTUNE_CUT_SEED'] ?? 1);
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

  it('every change is in the trace: played again, they make the same files', () => {
    const disk = new Disk();
    for (const change of sound.changes) disk.apply(change);
    disk.cut('nothing', random);
    const again = join(folder, 'again');
    disk.writeTo(again);
    const entries = readdirSync(sound.place, { recursive: true, encoding: 'utf8' }).sort();
    expect(entries.length).toBeGreaterThan(50);
    expect(readdirSync(again, { recursive: true, encoding: 'utf8' }).sort()).toEqual(entries);
    // The index of SQLite's log is written through memory, and made anew by the next process.
    const files = entries.filter((each) => statSync(join(again, each)).isFile() && !each.endsWith('-shm'));
    const differ = files.filter((each) => {
      const bytes = readFileSync(join(again, each));
      return !bytes.equals(readFileSync(join(sound.place, each)));
    });
    expect(differ).toEqual([]);
  });

  it.each(['bytes', 'names'] as const)(
    'a disk that keeps the %s alone of what it was asked to sync is noticed',
    async (keeps) => {
      for (const part of [0.3, 0.6, 1]) {
        const cut = { after: Math.floor(part * total), loss: 'all', seed } as const;
        expect(await wrongAfterCut(sound.changes, cut, { ...state, keeps }), `${part}`).not.toEqual([]);
      }
    },
    240_000,
  );

  it('what was acknowledged is there after a change of a file failed, or that one and all after it', async () => {
    const wrong: string[] = [];
    for (const at of places(4)) wrong.push(...(await wrongAfterFault(script, faultAt(at))));
    expect(wrong, `seed ${seed}`).toEqual([]);
  }, 480_000);
});
