import type { Dataset } from '@attune/data';
import { Catalogue } from '@attune/tune';
import { describe, expect, it } from 'vitest';
import { datasetDigest } from '../../../packages/tune/src/dataset-digest.js';
import { learnedSentence } from '../../../packages/tune/src/tiers/learned-rows.js';
import { type PairingOptions, pairTexts } from '../../../packages/tune/src/tiers/training-pairs.js';
import { smallShop } from './small-shop.js';

const source = { file: 'log.jsonl', line: 1 };

function logOf(...rows: [query: string, documentId: string, weight: number][]): Dataset {
  const titles = { a: 'Oak lamp', b: 'oak lamp', c: 'Red sofa', d: ' ' };
  return {
    path: 'log.jsonl',
    documents: Object.entries(titles).map(([id, title]) => ({
      id,
      fields: { title },
      attributes: {},
      source,
    })),
    queries: [],
    interactions: rows.map(([query, documentId, weight]) => ({
      queryId: query,
      query,
      documentId,
      weight,
      source,
    })),
    slices: [],
  };
}

function paired(dataset: Dataset, options: Partial<PairingOptions> = {}) {
  const catalogue = new Catalogue(dataset.documents);
  return pairTexts(dataset, {
    catalogue,
    documentTexts: catalogue.texts(['title']),
    queryText: (text) => `query: ${text}`,
    few: true,
    ...options,
  });
}

describe('pairTexts', () => {
  it('gives rows of one list of different texts, documents before queries', () => {
    const { texts, pairs, documents, queryCount } = paired(
      logOf(['light', 'a', 1], ['couch', 'c', 1], ['light', 'c', 1]),
    );
    expect(texts.slice(-2)).toEqual(['query: light', 'query: couch']);
    expect([...pairs.queryTexts].map((row) => texts[row])).toEqual([
      'query: light',
      'query: couch',
      'query: light',
    ]);
    expect([...pairs.documentTexts].map((row) => texts[row])).toEqual(['Oak lamp', 'Red sofa', 'Red sofa']);
    expect(documents.texts).toHaveLength(4);
    expect(queryCount).toBe(2);
  });

  it('gives one key to a query that comes again, and to documents whose texts are the same but for case', () => {
    const { pairs, documents } = paired(logOf(['light', 'a', 1], ['light', 'b', 1], ['couch', 'c', 1]));
    expect(pairs.queryKeys[0]).toBe(pairs.queryKeys[1]);
    expect(pairs.queryKeys[2]).not.toBe(pairs.queryKeys[0]);
    expect(pairs.documentKeys[0]).toBe(pairs.documentKeys[1]);
    expect(pairs.documentKeys[2]).not.toBe(pairs.documentKeys[0]);
    expect([...pairs.documentKeys]).toEqual([documents.keys[0], documents.keys[1], documents.keys[2]]);
  });

  it('learns from the upper half of the weights unless set, as shares of the highest', () => {
    const log = logOf(['light', 'a', 4], ['light', 'c', 2], ['couch', 'c', 1.5], ['couch', 'a', 0]);
    expect([...paired(log).pairs.weights]).toEqual([1, 0.5]);
    expect(paired(log).leftOut).toBe(2);
    expect([...paired(log, { leastWeight: 4 }).pairs.weights]).toEqual([1]);
    expect([...paired(log, { leastWeight: 0 }).pairs.weights]).toEqual([1, 0.5, 0.375]); // a weight of 0 says: shown, and not relevant
  });

  it('leaves out documents that are unknown or have no text, and counts them', () => {
    const { pairs, leftOut } = paired(logOf(['light', 'a', 1], ['light', 'gone', 1], ['light', 'd', 1]));
    expect(pairs.weights).toHaveLength(1);
    expect(leftOut).toBe(2);
  });

  it('learns from every count above 0, however far below the highest', () => {
    const log = logOf(['light', 'a', 1000], ['light', 'c', 1], ['couch', 'c', 2], ['couch', 'a', 0]);
    log.weights = { kind: 'counts', why: '' };
    const { pairs, leftOut, weightsBy, learned } = paired(log);
    expect(pairs.weights).toHaveLength(3);
    expect(leftOut).toBe(1);
    expect(pairs.weights).toEqual(weightsBy('log'));
    expect(pairs.weights).not.toEqual(weightsBy('linear'));
    expect(learned).toMatchObject({ rows: 3, of: 4, leftOut: { noAction: 1 } });
    expect(learnedSentence(learned, 'counts')).toBe('3 of 4 rows to learn from; 1 has no click.');
  });

  it('counts rows, not pairs, and names every reason', () => {
    const log = logOf(
      ['light', 'a', 4],
      ['light', 'gone', 4],
      ['light', 'd', 4],
      ['couch', 'a', 1],
      ['couch', 'c', 0],
    );
    log.interactions[0]!.rows = { all: 1200, positive: 1100 };
    const { learned } = paired(log);
    expect(learnedSentence(learned, 'grades')).toBe(
      '1,100 of 1,204 rows to learn from; 101 have the weight 0; 1 has a weight below 2; 1 has a document that is not in the ' +
        'catalogue; 1 has a document without text.',
    );
  });

  it('stops below 100 pairs unless the caller wants to continue, and says what would help', () => {
    const rows = (count: number) =>
      logOf(...Array.from({ length: count }, (_, i): [string, string, number] => [`light ${i}`, 'a', 1]));
    expect(() => paired(rows(99), { few: false })).toThrow(
      expect.objectContaining({
        code: 'DATA_TOO_FEW',
        message: expect.stringMatching(/at least 100 .* found 99: 99 of 99 rows to learn from\..*set `few`/),
      }),
    );
    expect(paired(rows(99)).pairs.weights).toHaveLength(99);
    expect(paired(rows(100), { few: false }).pairs.weights).toHaveLength(100);
  });

  describe('negatives', () => {
    /** Those of each query, as texts. */
    const negativesOf = (dataset: Dataset, options: Partial<PairingOptions> = {}) => {
      const { texts, pairs, documents } = paired(dataset, options);
      const { offsets, texts: rows, documentKeys } = pairs.negatives!;
      expect(offsets.at(-1)).toBe(rows.length);
      expect([...documentKeys]).toEqual([...rows].map((row) => documents.keys[documents.texts.indexOf(row)]));
      return Array.from({ length: offsets.length - 1 }, (_, query) =>
        [...rows.subarray(offsets[query], offsets[query + 1])].map((row) => texts[row]),
      );
    };

    it('are the documents that grades or labels give a weight of 0, by query', () => {
      const log = logOf(['light', 'a', 1], ['light', 'c', 0], ['couch', 'c', 1], ['couch', 'b', 0]);
      for (const kind of [undefined, 'grades', 'labels'] as const) {
        if (kind) log.weights = { kind, why: '' };
        expect(negativesOf(log)).toEqual([['Red sofa'], ['oak lamp']]);
      }
      expect(paired(log).learned).toMatchObject({ rows: 2, of: 4, negatives: 2, leftOut: { noAction: 2 } });
      expect(learnedSentence(paired(log).learned, 'labels')).toBe(
        '2 of 4 rows to learn from; 2 have the weight 0 (2 learned as negatives).',
      );
    });

    it('are none where a weight is a count or a rate: 0 may only say that nobody looked', () => {
      const log = logOf(['light', 'a', 5], ['light', 'c', 0]);
      for (const kind of ['counts', 'rates'] as const) {
        log.weights = { kind, why: '' };
        expect(paired(log).pairs.negatives).toBeUndefined();
        expect(paired(log).learned.negatives).toBe(0);
      }
    });

    it('do not change the pairs', () => {
      const positive: [string, string, number][] = [
        ['light', 'a', 4],
        ['couch', 'c', 4],
      ];
      const { negatives, ...pairs } = paired(logOf(['couch', 'a', 0], ...positive, ['rug', 'c', 0])).pairs;
      expect(negatives!.texts).toHaveLength(1);
      expect(pairs).toEqual({ ...paired(logOf(...positive)).pairs, negatives: undefined });
    });

    it('stand beside a query by its text too, each once', () => {
      const log = logOf(['light', 'c', 0], ['light', 'a', 1], ['Light ', 'c', 0]);
      expect(negativesOf(log)).toEqual([['Red sofa']]);
    });

    it('are no document that the query gives a weight above 0, by id or by text, however low', () => {
      const log = logOf(['light', 'c', 4], ['light', 'b', 1], ['light', 'a', 0], ['light', 'c', 0]);
      expect(paired(log).pairs.negatives).toBeUndefined();
      expect(paired(log).learned.negatives).toBe(0);
    });

    it('are no document without text or outside of the catalogue, and none of a query without a pair', () => {
      const log = logOf(['light', 'a', 1], ['light', 'gone', 0], ['light', 'd', 0], ['couch', 'c', 0]);
      expect(paired(log).pairs.negatives).toBeUndefined();
    });
  });

  it('refuses a log of which nothing can be learned', () => {
    expect(() => paired(logOf(['light', 'gone', 1]))).toThrow(
      expect.objectContaining({ code: 'DATA_EMPTY', message: expect.stringContaining('none of 1') }),
    );
    expect(() => paired(logOf())).toThrow(expect.objectContaining({ code: 'DATA_EMPTY' }));
  });
});

describe('datasetDigest', () => {
  it('is the same for the same data, and another when a text, a weight, a grade or what they are changes', () => {
    const digest = datasetDigest(smallShop());
    expect(datasetDigest(smallShop())).toBe(digest);
    const otherText = smallShop();
    otherText.documents[3]!.fields['title'] = 'oak';
    const otherWeight = smallShop();
    otherWeight.interactions[0]!.weight = 2;
    const otherGrade = smallShop();
    otherGrade.slices[0]!.judgments.values().next().value!.set('item-000', 1);
    const otherKind: Dataset = { ...smallShop(), weights: { kind: 'counts', why: '' } };
    const otherJudgments = smallShop();
    otherJudgments.slices[0]!.weights = 'counts';
    const others = [otherText, otherWeight, otherGrade, otherKind, otherJudgments].map(datasetDigest);
    expect(new Set([digest, ...others]).size).toBe(6);
    expect(datasetDigest({ ...smallShop(), weights: { kind: 'grades', why: '' } })).toBe(digest);
  });
});
