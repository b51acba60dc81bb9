import { RandomWords } from '@attune/evaluate';
import { bestChance, fairChance, fitRelevance, judgeCondensed, type PairRate } from '@attune/loop';
import { describe, expect, it } from 'vitest';

/**
 * A world with a known truth: 200 documents, one to six of them right. A release orders them by relevance · skill + noise, and the
 * noises of both releases are correlated, as those of a model and its next version are. The serving one's first 20 are shown, and
 * people click by position.
 */
function world(
  skill: { serving: number; candidate: number },
  options: { correlation: number; exponent: number; seed: number },
) {
  const { correlation, exponent, seed } = options;
  const random = new RandomWords(seed);
  const share = () => (random.next() + 0.5) / 2 ** 32;
  const normal = () => Math.sqrt(-2 * Math.log(share())) * Math.cos(2 * Math.PI * share());
  const own = Math.sqrt(1 - correlation ** 2);
  const visits = 10;
  const rates = new Map<number, Map<string, PairRate>>();
  const queries = Array.from({ length: 1500 }, (_, query) => {
    const right = 1 + Math.floor(share() * 6);
    const ease = 0.7 * normal();
    const scores = Array.from({ length: 200 }, (_, document) => {
      const relevance = document < right ? 1 : 0;
      const both = correlation * normal();
      return {
        id: `d${document}`,
        serving: relevance * (skill.serving + ease) + both + own * normal(),
        candidate: relevance * (skill.candidate + ease) + both + own * normal(),
      };
    });
    const order = (by: 'serving' | 'candidate') =>
      [...scores].sort((a, b) => b[by] - a[by]).map(({ id }) => id);
    const [serving, candidate] = [order('serving'), order('candidate')];
    const pairs = new Map<string, PairRate>();
    serving.slice(0, 20).forEach((id, i) => {
      const look = (i + 1) ** -exponent;
      const chance = look * (Number(id.slice(1)) < right ? 0.8 : 0.08);
      let actions = 0;
      for (let visit = 0; visit < visits; ++visit) if (share() < chance) actions += 1;
      const examined = visits * look;
      pairs.set(id, { actions, actors: actions, examined, visits, ranks: visits * (i + 1) });
    });
    rates.set(query, pairs);
    return { right, serving, candidate };
  });
  const dcg = (ids: readonly string[], right: number) =>
    ids
      .slice(0, 10)
      .reduce((sum, id, i) => sum + (Number(id.slice(1)) < right ? 1 / Math.log2(i + 2) : 0), 0);
  const truth = queries.map(({ right, serving, candidate }) => {
    const ideal = dcg(
      Array.from({ length: right }, (_, i) => `d${i}`),
      right,
    );
    return (dcg(candidate, right) - dcg(serving, right)) / ideal;
  });
  const model = fitRelevance(rates);
  const judge = (chance: typeof fairChance, pools: 'shown' | 'all' = 'shown') =>
    judgeCondensed(
      queries.map(({ serving, candidate }, query) => {
        const gains = new Map([...rates.get(query)!].map(([id, rate]) => [id, chance(rate, model)]));
        // As if nothing had been condensed: what was not shown counts as wrong, and takes its place.
        if (pools === 'all') for (const id of candidate) if (!gains.has(id)) gains.set(id, 0);
        return { gains, serving, candidate };
      }),
    );
  const differences = ({ serving, candidate }: ReturnType<typeof judge>) =>
    Array.from(candidate, (value, i) => value - serving[i]!);
  return { truth, fair: differences(judge(fairChance)), raw: differences(judge(bestChance, 'all')) };
}

function statistics(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const error = Math.sqrt(variance / values.length);
  return { mean, error, low: mean - 1.96 * error };
}

describe('judging by what one of two releases had chosen to show', () => {
  const exponents = [1, 0.5];

  it('sees no difference of a point where there is none, which counting the unshown as wrong does', () => {
    for (const exponent of exponents) {
      const { fair, raw, truth } = world(
        { serving: 2.2, candidate: 2.2 },
        { correlation: 0.9, exponent, seed: 5 },
      );
      expect(Math.abs(statistics(truth).mean)).toBeLessThan(0.015);
      const { mean, error } = statistics(fair);
      expect(Math.abs(mean)).toBeLessThan(0.01 + 2 * error);
      expect(statistics(raw).mean).toBeLessThan(-0.04);
    }
  });

  it('lets nothing through that is three points worse', () => {
    for (const exponent of exponents) {
      const { fair, truth } = world(
        { serving: 2.2, candidate: 2.1 },
        { correlation: 0.9, exponent, seed: 6 },
      );
      expect(statistics(truth).mean).toBeLessThan(-0.02);
      expect(statistics(fair).low).toBeLessThan(0);
      expect(statistics(fair).mean).toBeLessThan(0);
    }
  });

  it('shows a gain of six points', () => {
    for (const exponent of exponents) {
      const { fair, truth } = world(
        { serving: 2.2, candidate: 2.4 },
        { correlation: 0.9, exponent, seed: 7 },
      );
      expect(statistics(truth).mean).toBeGreaterThan(0.04);
      expect(statistics(fair).low).toBeGreaterThan(0);
    }
  });

  it('gives a release that is unrelated and as good no advantage', () => {
    for (const exponent of exponents) {
      const { fair } = world({ serving: 2.2, candidate: 2.2 }, { correlation: 0, exponent, seed: 8 });
      expect(statistics(fair).mean).toBeLessThan(0.01);
    }
  });
});

describe('condensed lists', () => {
  const ids = (text: string) => text.split(' ');

  it('keep what was shown and both rankings hold, in their own order', () => {
    const gains = new Map([
      ['a', 1],
      ['b', 0],
      ['c', 0.5],
    ]);
    const { candidate, serving, judged } = judgeCondensed([
      { gains, serving: ids('a b c x'), candidate: ids('c y a b') },
    ]);
    // Of the first three of the candidate c and a were shown; b is not among them.
    expect(judged).toEqual([0]);
    const second = 1 / Math.log2(3);
    const ideal = 1 + 0.5 * second;
    expect(serving[0]).toBeCloseTo(1, 12);
    expect(candidate[0]).toBeCloseTo((0.5 + second) / ideal, 12);
  });

  it('leave out queries of which fewer than two documents are in both', () => {
    const gains = new Map([
      ['a', 1],
      ['b', 0],
    ]);
    expect(judgeCondensed([{ gains, serving: ids('a b'), candidate: ids('a x y b') }]).judged).toEqual([]);
  });
});
