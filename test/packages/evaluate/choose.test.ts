import {
  byFrequency,
  byNovelty,
  byWordCount,
  choose,
  halfOf,
  type Judgments,
  sliceQueries,
  splitJudgments,
} from '@attune/evaluate';
import { describe, expect, it } from 'vitest';

const queries = new Map(Array.from({ length: 4_000 }, (_, i) => [`q${i}`, `query number ${i}`]));
const judgments: Judgments = new Map([...queries.keys()].map((id) => [id, new Map([['d', 1]])]));

describe('the two halves', () => {
  const halves = splitJudgments(judgments, queries);

  it('hold every query once, and about as many each', () => {
    expect(halves.choosing.size + halves.reporting.size).toBe(4_000);
    for (const id of halves.choosing.keys()) expect(halves.reporting.has(id)).toBe(false);
    // Five standard deviations of a fair coin.
    expect(Math.abs(halves.choosing.size - 2_000)).toBeLessThan(5 * Math.sqrt(4_000) * 0.5);
  });

  it('keep spellings of one query together', () => {
    expect(halfOf('  Desk   LAMP ')).toBe(halfOf('desk lamp'));
    expect(halfOf('cafe\u0301')).toBe(halfOf('caf\u00e9'));
  });

  it('are what they were: a changed hash would mix what was chosen with what is reported', () => {
    const texts = ['desk lamp', 'trash', 'drill bit', 'café', '', '📦'];
    expect(texts.map((text) => halfOf(text)).join()).toBe(
      'reporting,choosing,reporting,reporting,reporting,choosing',
    );
  });

  it('are others for another seed', () => {
    const reseeded = splitJudgments(judgments, queries, { seed: 1 });
    const moved = [...halves.choosing.keys()].filter((id) => reseeded.reporting.has(id)).length;
    expect(moved / halves.choosing.size).toBeGreaterThan(0.4);
    expect(moved / halves.choosing.size).toBeLessThan(0.6);
  });

  it('need a text for every judged query', () => {
    expect(() => splitJudgments(judgments, new Map())).toThrow(
      expect.objectContaining({ code: 'DATA_INVALID' }),
    );
  });
});

describe('choose', () => {
  const few: Judgments = new Map([['q', new Map([['good', 1]])]]);
  const rank = (place: number) => [
    {
      queryId: 'q',
      documentIds: Array.from({ length: 3 }, (_, i) => (i === place ? 'good' : `other ${i}`)),
      scores: [3, 2, 1],
    },
  ];

  it('takes the best, and records all that was tried', async () => {
    const { value, choice } = await choose({
      what: 'BM25',
      candidates: [2, 0, 1].map((place) => ({ name: `place ${place}`, value: place })),
      judgments: few,
      on: 'choosing half of dev',
      metric: 'mrr@10',
      rank,
    });
    expect(value).toBe(0);
    expect(choice).toEqual({
      what: 'BM25',
      chosen: 'place 0',
      metric: 'mrr@10',
      on: 'choosing half of dev',
      queryCount: 1,
      tried: [
        { name: 'place 2', value: 1 / 3 },
        { name: 'place 0', value: 1 },
        { name: 'place 1', value: 1 / 2 },
      ],
    });
  });

  it('takes the first of equals', async () => {
    const candidates = ['first', 'second'].map((name) => ({ name, value: name }));
    const { value } = await choose({
      what: 'x',
      candidates,
      judgments: few,
      on: 'dev',
      rank: async () => rank(1),
    });
    expect(value).toBe('first');
  });
});

describe('slices', () => {
  const texts = ['lamp', 'desk lamp', 'a very long query about lamps', ' spaced   out '].map((text, i) => ({
    id: `q${i}`,
    text,
  }));

  it('by the number of words', () => {
    expect([...sliceQueries(texts, byWordCount())]).toEqual([
      ['1 word', [0]],
      ['2 words', [1, 3]],
      ['5 words or more', [2]],
    ]);
  });

  it('by frequency: thirds of the asking, not of the queries', () => {
    const frequency = new Map([
      ['q0', 50],
      ['q1', 30],
      ['q2', 10],
      ['q3', 10],
      ['q4', 0],
    ]);
    const slicer = byFrequency(frequency);
    const names = ['q0', 'q1', 'q2', 'q3', 'q4', 'q5'].map((id) => slicer({ id, text: '' }));
    expect(names).toEqual(['head', 'torso', 'tail', 'tail', 'not in the log', 'not in the log']);
  });

  it('by what training has seen', () => {
    const slicer = byNovelty(new Set(['lamp', 'desk']), (text) => text.split(' ').filter(Boolean));
    const names = ['desk lamp', 'red lamp', 'sofa', ''].map((text) => slicer({ id: '', text }));
    expect(names).toEqual(['no new word', 'some new words', 'only new words', undefined]);
  });
});
