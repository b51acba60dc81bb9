import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Store } from '@attune/store';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../packages/tune/small-shop.js';
import { main } from './command.js';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  const rows = Array.from({ length: 50 }, (_, i) =>
    JSON.stringify({ query: `light ${i}`, product_id: `${i}`, title: 'lamp', score: 1 }),
  );
  writeFileSync(at('log.jsonl'), `${rows.join('\n')}\n`);
  mkdirSync(at('data'));
  const store = await Store.open(at('data'));
  const events = Array.from({ length: 2000 }, (_, i) => ({
    action_name: 'click',
    user_query: `${i}`.repeat(50),
  }));
  await store.appendEvents(events);
  await store.close();
});

/** Runs a command whose reader is gone before it writes, or leaves after the first piece. */
function withoutReader(args: string[], { readFirst }: { readFirst: boolean }) {
  return new Promise<{ code: number | null; signal: string | null; err: string }>((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    if (readFirst) child.stdout.once('data', () => child.stdout.destroy());
    else child.stdout.destroy();
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, err }));
  });
}

it.each([
  ['help', ['--help'], 0],
  ['a table', ['validate', '--rules'], 0],
  ['JSON', ['validate', '--rules', '--json'], 0],
  ['a report that warns', ['validate', 'LOG'], 3],
  ['many lines', ['events', 'export', 'DATA'], 0],
])('ends quietly where nobody reads %s', async (_, given, code) => {
  const args = given.map((arg) => ({ LOG: at('log.jsonl'), DATA: at('data') })[arg] ?? arg);
  for (const readFirst of [false, true]) {
    const outcome = await withoutReader(args, { readFirst });
    expect(outcome).toEqual({ code, signal: null, err: '' });
  }
});

it.skipIf(!existsSync('/dev/full'))(
  'says so where the disk behind stdout is full (needs /dev/full)',
  async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [main, 'validate', '--rules'], { stdio: ['ignore', full, 'pipe'] });
    let err = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(1);
    expect(err).toMatch(/^attune: FILE_UNWRITABLE: .*ENOSPC/);
  },
);
