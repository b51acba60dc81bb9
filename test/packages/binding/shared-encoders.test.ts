import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { addon, addonPath } from '@attune/binding';
import { expect, it } from 'vitest';

/** How much a process grows, in MiB, while it makes 16 encoders of 16 MiB each and keeps all. */
const program = `
const addon = require(process.argv[1]);
const MiB = 2 ** 20;
const table = new Float32Array(4 * MiB).fill(1);
const head = { dense: [], normalize: true };
const before = process.memoryUsage.rss();
const kept = Array.from({ length: 16 }, (_, i) =>
  new addon.StaticEncoder(table, 256, head, process.argv[2] === 'one' ? 'one' : 'number ' + i));
console.log((process.memoryUsage.rss() - before) / MiB, kept.length);
`;
const grownBy = (names: string) =>
  Number.parseFloat(
    execFileSync(process.execPath, ['-e', program, addonPath(), names], { encoding: 'utf8' }),
  );

const head = { dense: [], normalize: false };
const text = { ids: Int32Array.of(0), offsets: Uint32Array.of(0, 1) };
const firstOf = async (table: Float32Array, name?: string) =>
  (await new addon.StaticEncoder(table, 2, head, name).encode(text.ids, text.offsets))[0];

it('encoders of one name hold their weights once', () => {
  expect(grownBy('one')).toBeLessThan(48);
  expect(grownBy('each')).toBeGreaterThan(240);
});

it('encoders of other names, and of none, are others', async () => {
  const held = new addon.StaticEncoder(Float32Array.of(1, 0), 2, head, 'first');
  expect(await firstOf(Float32Array.of(2, 0), 'second')).toBe(2);
  expect(await firstOf(Float32Array.of(3, 0))).toBe(3);
  expect(await firstOf(Float32Array.of(4, 0), 'first')).toBe(1);
  expect((await held.encode(text.ids, text.offsets))[0]).toBe(1);
});

it('a thread shares them too, and its end leaves them to others', async () => {
  const held = new addon.StaticEncoder(Float32Array.of(7, 0), 2, head, 'of threads');
  const source = `
    const { parentPort, workerData } = require('node:worker_threads');
    const addon = require(workerData);
    const encoder = new addon.StaticEncoder(Float32Array.of(8, 0), 2, { dense: [], normalize: false }, 'of threads');
    encoder.encode(Int32Array.of(0), Uint32Array.of(0, 1)).then((vectors) => parentPort.postMessage(vectors[0]));
  `;
  const worker = new Worker(source, { eval: true, workerData: addonPath() });
  const ended = once(worker, 'exit');
  expect((await once(worker, 'message'))[0]).toBe(7);
  await ended;
  expect((await held.encode(text.ids, text.offsets))[0]).toBe(7);
});
