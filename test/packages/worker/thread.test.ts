import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Link, StopFlag, startThread } from '@attune/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failure } from './failure.js';
import { closed, died, type Workshop } from './workshop.js';

const file = new URL('workshop.mjs', import.meta.url);

describe('a thread', () => {
  const notes: unknown[] = [];
  const handlers = { answer: () => '', note: (note: unknown) => void notes.push(note) };
  const options = { open: {}, handlers, closed, died };
  let link: Link<Workshop>;
  beforeAll(() => {
    link = startThread<Workshop>(file, options);
  });
  afterAll(() => link.close());

  it('is handed buffers and hands them back, empty where they were', async () => {
    const given = Float32Array.of(1, 2, 3);
    expect(await link.call('take', given)).toBe(3);
    expect(given.length).toBe(3);
    const back = await link.call('double', given, { transfer: [given.buffer] });
    expect(given.length).toBe(0);
    expect(back).toEqual({ numbers: Float32Array.of(2, 4, 6), left: 3 });
    await link.call('later', { value: 1, ms: 20 });
    expect(notes).toEqual([0]);
    const told = Float32Array.of(1);
    link.tell('remember', told, [told.buffer]);
    expect(told.length).toBe(0);
    expect(await link.call('remembered')).toEqual([Float32Array.of(1)]);
  });

  it('hears in the middle of long synchronous work that it is to stop', async () => {
    const spinning = startThread<Workshop>(file, options);
    const begun = new SharedArrayBuffer(4);
    const spin = spinning.call('spin', begun);
    const cell = new Int32Array(begun);
    while (Atomics.load(cell, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    spinning.stop();
    expect(await spin).toBeGreaterThan(0); // of the 10 s that it would have gone on
    expect(await spinning.close()).toBe('closed');
  });

  it('is stopped while it spins by closing, when the time for that has come', async () => {
    const spinning = startThread<Workshop>(file, options);
    const spin = spinning.call('spin', new SharedArrayBuffer(4));
    await spinning.opened;
    expect(await spinning.close({ stopAfterMs: 0 })).toBe('closed');
    expect(await spin).toBeGreaterThan(0);
  });

  it('is terminated while it spins', async () => {
    const spinning = startThread<Workshop>(file, { ...options, stopFlag: undefined });
    const spin = failure(spinning.call('spin', new SharedArrayBuffer(4)));
    await spinning.opened;
    expect(await spinning.close({ timeoutMs: 20 })).toBe('terminated');
    expect(await spin).toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('may share the flag of another', async () => {
    const stopFlag = new StopFlag();
    const threads = [1, 2].map(() => startThread<Workshop>(file, { ...options, stopFlag }));
    const spins = threads.map((thread) => thread.call('spin', new SharedArrayBuffer(4)));
    expect(stopFlag.isSet).toBe(false);
    threads[0]!.stop();
    expect(stopFlag.isSet).toBe(true);
    for (const left of await Promise.all(spins)) expect(left).toBeGreaterThan(0);
    await Promise.all(threads.map((thread) => thread.close()));
  });

  it('has a name and flags of its own, and none of the flags of the program', async () => {
    const plain = startThread<Workshop>(file, options);
    expect((await plain.call('surroundings')).flags).toEqual([]);
    await plain.close();
    const flagged = startThread<Workshop>(file, { ...options, name: 'flagged', execArgv: ['--no-warnings'] });
    expect((await flagged.call('surroundings')).flags).toEqual(['--no-warnings']);
    await flagged.close();
  });

  it('lets its program end where it may, but not before its answer', async () => {
    const program = fileURLToPath(new URL('forgetful.mjs', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [program]);
    expect(stdout.trim().split('\n').sort()).toEqual(['answered', 'closed', 'opened', 'unused']);
  }, 20_000);
});

interface Doubling {
  open: (start: { openMs: number }) => void;
  worker: { double: (number: number) => number; wait: (ms: number) => void };
  parent: { size: (calls: number) => void; after: (calls: number) => void };
}

describe('a thread that serves batches', () => {
  const sizes: number[] = [];
  const after: number[] = [];
  const begin = (openMs = 0) =>
    startThread<Doubling>(new URL('batch-worker.mjs', import.meta.url), {
      open: { openMs },
      handlers: { size: (size) => void sizes.push(size), after: (size) => void after.push(size) },
      closed,
      died,
    });

  it('takes all calls that wait at once, at most 1000, and answers each in its place', async () => {
    const link = begin();
    await link.opened;
    const waiting = link.call('wait', 50);
    const numbers = Array.from({ length: 2500 }, (_, number) => number);
    const answers = numbers.map((number) => link.call('double', number));
    const refused = failure(link.call('double', -1));
    const last = link.call('double', 7);
    expect(await Promise.all(answers)).toEqual(numbers.map((number) => 2 * number));
    expect(await refused).toMatchObject({ code: 'NOT_FINITE', message: '-1 is below 0.' });
    expect(await last).toBe(14);
    await waiting;
    expect(sizes.reduce((sum, size) => sum + size)).toBe(2503);
    expect(Math.max(...sizes)).toBe(1000);
    expect(sizes.length).toBeLessThan(10);
    await link.close();
    expect(sizes.at(-1)).toBe(-1);
    expect(after).toEqual(sizes.slice(0, -1));
  });

  it('has told before its answers what it told before them, and then goes on', async () => {
    sizes.length = 0;
    after.length = 0;
    const link = begin();
    await link.call('wait', 0);
    expect([sizes, after]).toEqual([[1], []]);
    await link.call('wait', 0);
    expect([sizes, after]).toEqual([[1, 1], [1]]);
    await link.close();
  });

  it('takes calls from before it was open in one batch, and closes after them', async () => {
    sizes.length = 0;
    const link = begin(50);
    const answers = [1, 2, 3].map((number) => link.call('double', number));
    const closing = link.close();
    expect(await Promise.all(answers)).toEqual([2, 4, 6]);
    expect(await closing).toBe('closed');
    expect(sizes).toEqual([3, -1]);
  });

  it('is not told anything', async () => {
    const link = begin();
    await link.opened;
    link.tell('wait', 1);
    await link.ended;
    expect(await failure(link.call('double', 1))).toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringMatching(/calls alone in a batch/),
    });
  });
});
