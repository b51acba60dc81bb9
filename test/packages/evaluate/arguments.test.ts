import { evaluateLegs, evaluateRun } from '@attune/evaluate';
import { expect, it } from 'vitest';

// What a program without types passes.
const wrong = (value: unknown) => value as never;
const judgments = new Map([['q', new Map([['d', 1]])]]);
const leg = (name: string) => ({ name, rankings: [] });

it.each([
  [
    undefined,
    'Expected options such as { name, judgments, legs, candidate, baseline }, but received undefined.',
  ],
  [{ judgments }, 'Expected legs to be a list, but received undefined.'],
  [
    { judgments: { q: { d: 1 } }, legs: [leg('a'), leg('b')] },
    'Expected judgments to be a Map of queries to their grades, but received an object.',
  ],
  [
    { judgments, legs: [leg('a'), { name: 'b', rankings: null }] },
    'Expected rankings to be a list, but received null.',
  ],
])('an evaluation refuses %j', (options, message) => {
  const given = options && { name: 'shop', candidate: 'a', baseline: 'b', ...options };
  expect(() => evaluateLegs(wrong(given))).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', message }),
  );
});

it('a run is not evaluated without metrics', () => {
  expect(() => evaluateRun(judgments, [], wrong(undefined))).toThrow(
    expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      message: "Expected options such as { metrics: ['ndcg@10'] }, but received undefined.",
    }),
  );
});
