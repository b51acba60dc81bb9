import { describe, expect, it } from 'vitest';
import { chooseShare, judgementsOfShare } from '../../../packages/tune/src/choices/choose-share.js';
import type { JudgedSet } from '../../../packages/tune/src/judged.js';

const base = { weight: Float32Array.of(0, 10) };
const tuned = { weight: Float32Array.of(1, 20) };

/** Chooses by a function of the share; 0 and 1 are known. */
async function choose(curve: (share: number) => number) {
  const judged: number[] = [];
  const chosen = await chooseShare(base, tuned, {
    score: async ({ weight }) => {
      judged.push(Number(weight![0]!.toPrecision(2)));
      return curve(judged.at(-1)!);
    },
    known: { base: curve(0), tuned: curve(1) },
    choosing: { name: 'choosing', queries: [{ id: 'q', text: 'lamp' }] } as unknown as JudgedSet,
  });
  return { ...chosen, judged };
}

describe('the share of the tuned weights', () => {
  const tenths = Array.from({ length: 11 }, (_, tenth) => tenth / 10);

  it.each(tenths)(
    'is found wherever the top is, %f, in five judgements at most, none of them twice',
    async (top) => {
      const { share, judged, choice, tensors } = await choose((at) => 1 - (at - top) ** 2);
      expect(share).toBe(top);
      expect(judged.length).toBeLessThanOrEqual(judgementsOfShare);
      expect(new Set(judged).size).toBe(judged.length);
      expect(judged).not.toContain(0);
      expect(judged).not.toContain(1);
      expect(choice).toMatchObject({ chosen: String(top), queryCount: 1 });
      const names = choice.tried.map(({ name }) => Number(name));
      expect(names).toEqual([...judged, 0, 1].sort((a, b) => a - b));
      expect(tensors['weight']![1]).toBeCloseTo(10 + 10 * top, 5);
    },
  );

  it('is 0 where nothing is better than the base, whose very weights are given', async () => {
    for (const curve of [() => 0.5, (at: number) => -at]) {
      const { share, tensors } = await choose(curve);
      expect(share).toBe(0);
      expect(tensors['weight']).toBe(base.weight);
    }
  });

  it('is as by all tenths on a curve that was measured on Home Depot', async () => {
    const values = [0.4804, 0.5127, 0.5345, 0.553, 0.5631, 0.5692, 0.5769, 0.5802, 0.5816, 0.5806, 0.5793];
    const { share, judged } = await choose((at) => values[Math.round(10 * at)]!);
    expect(share).toBe(0.8);
    expect(judged).toHaveLength(4);
  });
});
