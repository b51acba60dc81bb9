import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Store, StoreReader } from '@attune/store';
import { afterEach, describe, expect, it } from 'vitest';
import { crc32, crc32ByTable } from '../../../packages/store/src/checksum.js';
import { Writer, type WriterOptions } from '../../../packages/store/src/writer.js';
import { collection, errorOf, release, temporaryFolder, upsert } from './sample-store.js';

// The writer itself, in this thread, where its clock and what arrives together are the test's.
const open: Writer[] = [];
afterEach(() => {
  for (const writer of open.splice(0)) writer.close();
});
function newWriter(options: WriterOptions = {}) {
  const folder = temporaryFolder();
  const writer = new Writer(folder, { create: true, ...options });
  open.push(writer);
  writer.run([{ op: 'createCollection', args: ['c', collection, release] }]);
  return { folder, writer };
}
const codes = (answers: ReturnType<Writer['run']>) =>
  answers.map((answer) => ('error' in answer ? answer.error.code : 'ok'));
const write = (...ids: string[]) => ({
  op: 'writeDocuments' as const,
  args: ['c', ids.map((id) => upsert(id))],
});

describe('requests that arrive together', () => {
  it('fail alone', () => {
    const { writer } = newWriter();
    const answers = writer.run([
      write('a'),
      write('b', ''),
      { op: 'writeDocuments', args: ['nowhere', [upsert('x')]] },
      { op: 'document', args: ['c', 'd'] },
      write('d'),
    ]);
    expect(codes(answers)).toEqual(['ok', 'INVALID_ARGUMENT', 'NOT_FOUND', 'ok', 'ok']);
    // A read sees what is committed by then, also of those asked behind it.
    expect(answers[3]).toMatchObject({ value: { id: 'd', sequence: 2 } });
    const [listed] = writer.run([{ op: 'documents', args: ['c', '', 10, undefined] }]);
    expect(listed).toMatchObject({ value: { documents: [{ id: 'a' }, { id: 'd' }], isLast: true } });
  });

  it('are one transaction: another connection sees all of them at once', () => {
    const { folder, writer } = newWriter();
    const wal = () => statSync(join(folder, 'attune.db-wal')).size;
    const before = wal();
    writer.run([write('a'), write('b'), write('c')]);
    const together = wal() - before;
    for (const id of ['d', 'e', 'f']) writer.run([write(id)]);
    expect(together).toBeLessThan((wal() - before - together) / 2);
  });

  it('of whom one finds no space are written but for that one', () => {
    const { writer } = newWriter({ maxBytes: 400_000 });
    const big = {
      op: 'writeDocuments' as const,
      args: ['c', [upsert('small'), upsert('big', 'x'.repeat(1_000_000))]],
    };
    expect(codes(writer.run([write('a'), big, write('b')]))).toEqual(['ok', 'DISK_FULL', 'ok']);
    expect(writer.run([{ op: 'documents', args: ['c', '', 10, undefined] }])).toMatchObject([
      { value: { documents: [{ id: 'a' }, { id: 'b' }], isLast: true } },
    ]);
    expect(codes(writer.run([big]))).toEqual(['DISK_FULL']);
    expect(writer.health).toMatchObject({ state: 'full', reason: expect.stringContaining('attune.db') });
    expect(codes(writer.run([write('c')]))).toEqual(['ok']);
    expect(writer.health).toEqual({ state: 'ok' });
  });
});

describe('the time of receipt', () => {
  it('never falls, also when the clock does, and through a restart', () => {
    let now = 5000;
    const { folder, writer } = newWriter({ now: () => now });
    const append = (to: Writer) =>
      to.run([{ op: 'appendEvents', args: [[{ action_name: 'click' }], undefined] }]);
    append(writer);
    now = 1000;
    append(writer);
    open.pop()!.close();
    const again = new Writer(folder, { now: () => now });
    open.push(again);
    append(again);
    now = 6000;
    append(again);
    const reader = StoreReader.open(folder);
    expect(Array.from(reader.events(), ({ receivedAt }) => receivedAt)).toEqual([5000, 5000, 5000, 6000]);
    reader.close();
  });
});

describe('the log', () => {
  it('stays bounded while writing goes on, and a reader that lingers does not end writing', () => {
    const { folder, writer } = newWriter();
    const wal = () => statSync(join(folder, 'attune.db-wal')).size;
    const text = 'x'.repeat(1_000_000);
    let largest = 0;
    for (let round = 0; round < 80; round++) {
      writer.run([{ op: 'writeDocuments', args: ['c', [upsert(`d${round % 5}`, `${round}${text}`)]] }]);
      writer.checkpoint('grown');
      largest = Math.max(largest, wal());
    }
    expect(largest).toBeLessThan(40_000_000); // 80 MB were written
    const reader = StoreReader.open(folder);
    reader.snapshot(() => {
      expect(codes(writer.run([write('during')]))).toEqual(['ok']);
      writer.checkpoint('idle');
    });
    reader.close();
    expect(writer.health.state).toBe('ok');
  });

  it('is moved into the file when nothing is to do', () => {
    const { folder, writer } = newWriter();
    writer.run([write('a-document-to-find')]);
    const inFile = () => readFileSync(join(folder, 'attune.db')).includes('a-document-to-find');
    expect(inFile()).toBe(false);
    writer.checkpoint('idle');
    expect(inFile()).toBe(true);
  });
});

describe('a store', () => {
  it('answers all that was asked before it closes, and nothing after', async () => {
    const folder = temporaryFolder();
    const store = await Store.open(folder);
    const created = store.createCollection('c', collection, release);
    const written = Array.from({ length: 50 }, (_, row) => store.writeDocuments('c', [upsert(`d${row}`)]));
    const closed = store.close();
    const refused = await errorOf(() => store.countEvents());
    expect(refused.code).toBe('UNAVAILABLE');
    await Promise.all([created, ...written, closed, store.close()]);
    const again = await Store.open(folder, { create: false });
    expect(await again.countDocuments('c')).toBe(50);
    expect((await again.writeDocuments('c', [upsert('d0')]))[0]!.sequence).toBe(51);
    await again.close();
  });

  it('refuses what is no plain data, and goes on', async () => {
    const store = await Store.open(temporaryFolder());
    const job = { kind: 'x', request: () => 1 } as never;
    expect((await errorOf(() => store.change([{ kind: 'job', name: 'j', put: job }]))).code).toBe(
      'INVALID_ARGUMENT',
    );
    expect(await store.countEvents()).toBe(0);
    await store.close();
  });

  it('does not block the thread that asks', async () => {
    const store = await Store.open(temporaryFolder());
    await store.createCollection('c', collection, release);
    const many = Array.from({ length: 20_000 }, (_, row) => upsert(`d${row}`));
    let isDone = false;
    const writing = store.writeDocuments('c', many).then(() => {
      isDone = true;
    });
    let turns = 0;
    while (!isDone) {
      await new Promise((next) => setImmediate(next));
      turns++;
    }
    await writing;
    expect(turns).toBeGreaterThan(100);
    await store.close();
  });
});

describe('the checksum', () => {
  it('is the CRC-32 of everyone, with or without the help of zlib, from whatever start', () => {
    expect(crc32ByTable('123456789')).toBe(0xcbf43926); // the check value of the catalogue of CRCs
    for (const text of ['', 'a', 'größer 😀', 'x'.repeat(5000)]) {
      expect(crc32ByTable(text)).toBe(crc32(text));
      expect(crc32ByTable(text, crc32('before'))).toBe(crc32(`before${text}`));
    }
  });
});
