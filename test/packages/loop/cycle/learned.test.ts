import { collectFeedback, type FeedbackEvent } from '@attune/data';
import { describe, expect, it } from 'vitest';
import type { CycleRecord } from '../../../../packages/loop/src/cycle/cycle.js';
import { cycleLearned } from '../../../../packages/loop/src/cycle/learned.js';
import { learningSet } from '../../../../packages/loop/src/feedback/learning-set.js';

const click = (more: Partial<FeedbackEvent>, sequence: number): FeedbackEvent => ({
  action: 'click',
  at: 1000 + sequence,
  sequence,
  query: 'lamp',
  documentId: 'a',
  clientId: `c${sequence}`,
  ...more,
});

function recordOf(events: Partial<FeedbackEvent>[], tuning?: { pairs: number }): CycleRecord {
  const feedback = collectFeedback(events.map(click), {
    actionWeights: { click: 1, impression: 0 },
    isDocument: (id) => /^[ab]/.test(id),
  });
  const { counts, bias } = learningSet(feedback, { seed: 1, documents: [], datasets: [], golden: [] });
  return {
    feedback: { events: feedback.counts, learning: counts, bias },
    evaluations: {},
    encoded: { serving: 0, candidate: 0 },
    ...(tuning && { tuning: tuning as CycleRecord['tuning'] & object }),
  };
}

const every: Partial<FeedbackEvent>[] = [
  {},
  { action: 'impression' },
  { clientId: 'twice' },
  { clientId: 'twice' },
  { documentId: 'z' },
  { documentId: 'b', shown: ['a'] },
  { searchedAt: 1e9 },
  { query: ' ' },
  { documentId: undefined },
  { action: 'toString' },
  { action: 'smile' },
  ...Array.from({ length: 70 }, (_, i) => ({
    clientId: 'flood',
    doneAt: i * 86_400_000,
    query: `lamp ${i}`,
    documentId: i < 4 ? 'a' : `b${i}`,
  })),
  { queryId: 's', searchedAt: 1 },
  { queryId: 's', searchedAt: 1, clientId: 'another' },
  { position: 101 },
  ...Array.from({ length: 51 }, (_, i) => ({
    clientId: 'busy',
    query: `busy ${i}`,
    documentId: `b${i}`,
  })),
  ...Array.from({ length: 6000 }, (_, i) => ({ query: `lamp ${i}` })),
];

describe('how much a cycle learned from', () => {
  it('counts every event once: as used, or by the reason that it was not', () => {
    const { rows, of, leftOut } = cycleLearned(recordOf(every));
    expect(leftOut).toEqual({
      repeated: 1,
      sameSearch: 1,
      overShare: 10,
      overDay: 1,
      overDocument: 1,
      tooDeep: 1,
      unknownDocument: 1,
      notShown: 1,
      beforeSearch: 1,
      withoutQuery: 1,
      withoutDocument: 1,
      unknownAction: 2,
    });
    expect(rows + Object.values(leftOut).reduce((sum, count) => sum + count, 0)).toBe(of);
    expect(of).toBe(every.length);
  });

  it('says it with counts that agree, and leaves out what did not happen', () => {
    const trained = cycleLearned(recordOf([{}, {}, { documentId: 'z' }], { pairs: 1 }));
    expect(trained.sentence).toBe(
      '2 of 3 events used; 1 is on a document that is not in the collection. 1 pair to learn from.',
    );
    expect(cycleLearned(recordOf([{}, { query: '' }, { query: '' }])).sentence).toBe(
      '1 of 3 events used; 2 have no query. Nothing was learned.',
    );
    expect(cycleLearned(recordOf([])).sentence).toBe('0 of 0 events used. Nothing was learned.');
  });

  it('counts the pairs that people acted on too rarely', () => {
    // Of two documents that forty people saw side by side, one was clicked by each and the other by one. Twenty times.
    const seen = Array.from({ length: 800 }, (_, i) => ({
      query: `lamp ${i % 20}`,
      documentId: i < 20 ? 'b' : 'a',
      shown: ['a', 'b'],
    }));
    const record = recordOf(seen, { pairs: 1200 });
    const { learning } = record.feedback!;
    expect(learning.trainQueries).toBeGreaterThan(5);
    expect(learning).toMatchObject({ pairs: learning.trainQueries, unlikelyPairs: learning.trainQueries });
    learning.datasetPairs = 1;
    expect(cycleLearned(record).sentence).toBe(
      '800 of 800 events used. 1,200 pairs to learn from; 1 pair came from datasets; ' +
        `${learning.unlikelyPairs} pairs were acted on too rarely to be likely right.`,
    );
    learning.unlikelyPairs = 1;
    expect(cycleLearned(record).sentence).toMatch(/; 1 pair was acted on too rarely to be likely right\.$/);
    learning.excessPairs = 2;
    expect(cycleLearned(record)).toMatchObject({
      excessPairs: 2,
      sentence: expect.stringMatching(/; 2 pairs were acted on more often than looks can account for\.$/),
    });
  });
});
