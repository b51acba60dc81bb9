import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../end-to-end/harness/random.js';
import { Disk, type Loss } from './disk.js';
import type { Change } from './trace.js';

const folder = mkdtempSync(join(tmpdir(), 'attune-disk-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let state: string;
beforeEach(() => {
  state = mkdtempSync(join(folder, 'state-'));
});

/** Inodes of the root and of what is made. */
const [rootFile, first, second, inner] = [1, 2, 3, 4];
const bytes = (text: string) => Buffer.from(text);
const write = (file: number, text: string, offset = 0): Change => ({
  kind: 'write',
  file,
  offset,
  data: bytes(text),
});
const create = (path: string, file: number): Change => ({ kind: 'create', path, file });
const sync = (file: number): Change => ({ kind: 'sync', file });

function after(changes: readonly Change[], loss: Loss, seed = 1): (path: string) => string | undefined {
  rmSync(state, { recursive: true });
  const disk = new Disk();
  for (const change of changes) disk.apply(change);
  disk.cut(loss, new Random(seed));
  disk.writeTo(state);
  return (path) => (existsSync(join(state, path)) ? readFileSync(join(state, path), 'utf8') : undefined);
}

describe('after a cut that takes all that was not synced', () => {
  it('a file has the bytes of its last sync, and none without one', () => {
    const names = [create('a', first), create('b', second), sync(rootFile)];
    const read = after(
      [...names, write(first, 'old'), sync(first), write(first, 'new'), write(second, 'x')],
      'all',
    );
    expect([read('a'), read('b')]).toEqual(['old', '']);
  });

  it('a name is there once its folder was synced, and the names of the folders above it', () => {
    const made: Change[] = [
      { kind: 'folder', path: 'f', file: first },
      create('f/a', second),
      write(second, 'x'),
      sync(second),
    ];
    expect(after(made, 'all')('f/a')).toBeUndefined();
    expect(after([...made, sync(first)], 'all')('f/a')).toBeUndefined();
    expect(after([...made, sync(first), sync(rootFile)], 'all')('f/a')).toBe('x');
  });

  it('a rename without a sync of the folder leaves both files as they were', () => {
    const made = [create('a', first), write(first, 'old'), sync(first), sync(rootFile)];
    const replaced: Change[] = [
      create('p', second),
      write(second, 'new'),
      sync(second),
      { kind: 'rename', path: 'p', to: 'a' },
    ];
    expect(after([...made, ...replaced], 'all')('a')).toBe('old');
    expect(readdirSync(state)).toEqual(['a']);
    expect(after([...made, ...replaced, sync(rootFile)], 'all')('a')).toBe('new');
  });

  it('what was moved from one folder to another is in one of them', () => {
    const made: Change[] = [
      { kind: 'folder', path: 'f', file: first },
      { kind: 'folder', path: 'g', file: second },
      create('f/a', inner),
      sync(rootFile),
      sync(first),
      { kind: 'rename', path: 'f/a', to: 'g/a' },
    ];
    after(made, 'all');
    expect([readdirSync(join(state, 'f')), readdirSync(join(state, 'g'))]).toEqual([['a'], []]);
    after([...made, sync(second)], 'all');
    expect([readdirSync(join(state, 'f')), readdirSync(join(state, 'g'))]).toEqual([[], ['a']]);
  });

  it('what was removed is there again', () => {
    const made: Change[] = [
      create('a', first),
      write(first, 'x'),
      sync(first),
      sync(rootFile),
      { kind: 'remove', path: 'a' },
    ];
    expect(after(made, 'all')('a')).toBe('x');
    expect(after([...made, sync(rootFile)], 'all')('a')).toBeUndefined();
  });
});

it('a cut that takes nothing leaves what the process left', () => {
  const changes: Change[] = [
    create('a', first),
    write(first, 'longer'),
    { kind: 'truncate', file: first, length: 4 },
  ];
  expect(after(changes, 'nothing')('a')).toBe('long');
  expect(after([...changes, { kind: 'remove', path: 'a' }], 'nothing')('a')).toBeUndefined();
});

it('a cut that takes some keeps names in their order and sectors whole, not always the same', () => {
  const old = 'o'.repeat(2048);
  const changes = [
    create('a', first),
    sync(rootFile),
    write(first, old),
    sync(first),
    write(first, 'n'.repeat(2048)),
    create('b', second),
    create('c', inner),
  ];
  const seen = new Set<string>();
  const names = new Set<string>();
  for (let seed = 1; seed <= 60; seed++) {
    const text = after(changes, 'some', seed)('a')!;
    const sectors = [0, 512, 1024, 1536].map((at) => text.slice(at, at + 512));
    for (const sector of sectors) expect([old.slice(0, 512), 'n'.repeat(512)]).toContain(sector);
    seen.add(sectors.map((sector) => sector[0]).join(''));
    names.add(readdirSync(state).join(''));
  }
  expect(seen.size).toBeGreaterThan(6);
  expect([...names].sort()).toEqual(['a', 'ab', 'abc']);
});

it('an entry of the root is told while anything below it is not synced', () => {
  const disk = new Disk();
  const changes: Change[] = [
    { kind: 'folder', path: 'f', file: first },
    create('f/a', second),
    write(second, 'x'),
  ];
  for (const change of changes) disk.apply(change);
  expect([...disk.unsynced()]).toEqual(['f']);
  for (const file of [first, rootFile]) disk.apply(sync(file));
  expect([...disk.unsynced()]).toEqual(['f']);
  disk.apply(sync(second));
  expect([...disk.unsynced()]).toEqual([]);
});
