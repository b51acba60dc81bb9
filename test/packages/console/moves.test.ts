import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { movesBetween, moveText, sharedAmong } from '../../../packages/console/src/page/moves.js';

it('tells of each document how many places it moved, and from where', () => {
  expect([...movesBetween(['a', 'b', 'c', 'd'], ['c', 'b', 'e', 'a'])]).toEqual([
    ['c', { kind: 'up', by: 2, from: 3 }],
    ['b', { kind: 'same' }],
    ['e', { kind: 'new' }],
    ['a', { kind: 'down', by: 3, from: 1 }],
  ]);
});

it('adds up to the places that both lists have: up, down and from agree with the lists', () => {
  const ids = fc.uniqueArray(fc.integer({ min: 0, max: 30 }).map(String), { maxLength: 20 });
  fc.assert(
    fc.property(ids, ids, (before, after) => {
      const moves = movesBetween(before, after);
      expect([...moves.keys()]).toEqual(after);
      after.forEach((id, place) => {
        const move = moves.get(id)!;
        if (move.kind === 'new') expect(before).not.toContain(id);
        else if (move.kind === 'same') expect(before[place]).toBe(id);
        else {
          expect(before[move.from - 1]).toBe(id);
          expect(move.by).toBeGreaterThan(0);
          expect(move.from - 1 + (move.kind === 'up' ? -move.by : move.by)).toBe(place);
        }
      });
    }),
  );
});

it('counts what two lists share among their first', () => {
  expect(sharedAmong(['a', 'b', 'c'], ['c', 'a', 'x'], 3)).toBe(2);
  expect(sharedAmong(['a', 'b', 'c'], ['c', 'a', 'x'], 2)).toBe(1);
  expect(sharedAmong([], ['a'], 3)).toBe(0);
});

it('says a move to the eye in a sign, and to a screen reader in a sentence', () => {
  expect(moveText({ kind: 'up', by: 1, from: 2 }, 50, 'words')).toEqual({
    sign: '▲ 1',
    said: '1 place higher than in words, where it is at 2',
  });
  expect(moveText({ kind: 'down', by: 3, from: 1 }, 50, 'base').said).toBe(
    '3 places lower than in base, where it is at 1',
  );
  expect(moveText({ kind: 'same' }, 50, 'base')).toEqual({ sign: '=', said: 'the same place as in base' });
  expect(moveText({ kind: 'new' }, 50, 'base').said).toBe('not among the first 50 of base');
});
