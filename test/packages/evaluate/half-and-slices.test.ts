import { byFrequency, byNovelty, byWordCount, halfOf, sliceQueries } from '@attune/evaluate';
import { describe, expect, it } from 'vitest';

const texts = Array.from({ length: 4_000 }, (_, i) => `query number ${i}`);

describe('the two halves', () => {
  const choosing = texts.filter((text) => halfOf(text) === 'choosing');

  it('hold about as many queries each', () => {
    // Five standard deviations of a fair coin.
    expect(Math.abs(choosing.length - 2_000)).toBeLessThan(5 * Math.sqrt(4_000) * 0.5);
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
    const moved = choosing.filter((text) => halfOf(text, { seed: 1 }) === 'reporting').length;
    expect(moved / choosing.length).toBeGreaterThan(0.4);
    expect(moved / choosing.length).toBeLessThan(0.6);
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
