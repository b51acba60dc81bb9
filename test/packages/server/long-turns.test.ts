import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { LongTurns } from '../../../packages/server/src/long-turns.js';

it('bodies that take long to read have a turn of the event loop each, short ones are read at once', async () => {
  const turns = new LongTurns();
  const told: unknown[] = [];
  const done = (error: Error | null, value?: unknown) => told.push(error?.message ?? value);
  turns.read(65_537, () => 'first', done);
  turns.read(
    4_000_000,
    () => {
      throw new Error('wrong');
    },
    done,
  );
  turns.read(65_536, () => 'short', done);
  expect(told).toEqual(['short']);
  await setImmediate();
  expect(told).toEqual(['short', 'first']);
  await setImmediate();
  expect(told).toEqual(['short', 'first', 'wrong']);
});
