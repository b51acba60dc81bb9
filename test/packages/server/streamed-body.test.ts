import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { limitedStream } from '../../../packages/server/src/streamed-body.js';

const chunk = Buffer.alloc(64 * 1024);

it('a streamed body is read no faster than it is taken', async () => {
  let given = 0;
  const body = new Readable({
    highWaterMark: chunk.length,
    read() {
      given += 1;
      this.push(given <= 1000 ? chunk : null);
    },
  });
  const limited = limitedStream(body, undefined, { maxBytes: 1e9, idleMs: 60_000 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(given).toBeLessThan(8);

  let bytes = 0;
  for await (const part of limited) bytes += part.length;
  expect(bytes).toBe(1000 * chunk.length);
});

it('a streamed body is not ended for being taken slowly', async () => {
  const body = Readable.from([chunk, chunk, chunk, chunk]);
  let bytes = 0;
  for await (const part of limitedStream(body, undefined, { maxBytes: 1e9, idleMs: 50 })) {
    bytes += part.length;
    await new Promise((resolve) => setTimeout(resolve, 120));
  }
  expect(bytes).toBe(4 * chunk.length);
});

it('a streamed body that fails before it is read tells its reader', async () => {
  const body = new Readable({ read: () => undefined });
  const limited = limitedStream(body, undefined, { maxBytes: 10, idleMs: 60_000 });
  body.destroy();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await expect(limited.toArray()).rejects.toThrow('the connection ended in its middle');
});
