import { Restarts } from '@attune/worker';
import { expect, it } from 'vitest';

it('what dies again and again is started after pauses that double up to a minute', () => {
  const restarts = new Restarts();
  const pauses = Array.from({ length: 10 }, (_, death) => restarts.pauseMs(1000 * death));
  expect(pauses).toEqual([0, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

it('what has lived for ten minutes is started at once', () => {
  const restarts = new Restarts();
  expect([0, 599_999, 1_199_998, 1_799_998].map((now) => restarts.pauseMs(now))).toEqual([0, 1000, 2000, 0]);
});
