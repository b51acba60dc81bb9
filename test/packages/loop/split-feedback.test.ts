import { groupQueries, type Visit } from '@attune/data';
import { stemmerFor } from '@attune/indexes';
import { learningSet, splitFeedback } from '@attune/loop';
import { describe, expect, it } from 'vitest';
import { smallShop } from '../tune/small-shop.js';

const words = [
  'desk',
  'lamp',
  'shelf',
  'chair',
  'sofa',
  'rug',
  'vase',
  'clock',
  'bench',
  'stool',
  'mirror',
  'tray',
];
const texts = words.flatMap((a) => words.filter((b) => b !== a).map((b) => `${a} ${b}`));
/** 2,000 visits in the order of time; the last texts are asked only at the end. */
const visits: Visit[] = Array.from({ length: 2000 }, (_, i) => ({
  query: i < 1600 ? (i * 7) % 100 : (i * 7) % texts.length,
  at: i,
  sequence: i,
  isRecorded: true,
  pages: [],
  acted: new Map(),
}));
const queries = texts.map((text) => ({ text, filter: undefined }));
const split = (more: Partial<Parameters<typeof splitFeedback>[1]> = {}) =>
  splitFeedback({ queries, visits }, { seed: 0, golden: [], ...more });

describe('the parts of feedback', () => {
  it('hold every wording of a query on one side', () => {
    const { sides } = split();
    const groups = groupQueries(texts, { stem: stemmerFor('english') });
    const sideOf = new Map<number, string>();
    groups.forEach((group, query) => {
      expect(sideOf.get(group) ?? sides[query]).toBe(sides[query]);
      sideOf.set(group, sides[query]!);
    });
    // "desk lamp" and "lamp desk" are one query.
    expect(sideOf.size).toBe(texts.length / 2);
    expect(new Set(sides)).toEqual(new Set(['train', 'choose', 'judge']));
  });

  it('judge by queries of the newest fifth: all that are new there, and a half of the others', () => {
    const { sides, newestFrom, groups } = split();
    expect(newestFrom).toBe(1600);
    const before = new Set(visits.filter(({ at }) => at < 1600).map(({ query }) => groups[query]));
    const after = new Set(visits.filter(({ at }) => at >= 1600).map(({ query }) => groups[query]));
    const judged = { old: 0, new: 0 };
    const groupsOf = { old: 0, new: 0 };
    for (const group of after) {
      const kind = before.has(group) ? 'old' : 'new';
      groupsOf[kind] += 1;
      if (sides[groups.indexOf(group!)] === 'judge') judged[kind] += 1;
    }
    expect(groupsOf.new).toBeGreaterThan(0);
    expect(judged.new).toBe(groupsOf.new);
    expect(judged.old / groupsOf.old).toBeGreaterThan(0.3);
    expect(judged.old / groupsOf.old).toBeLessThan(0.7);
  });

  it('keep golden queries, in any wording, out of training and choosing', () => {
    const { sides, train, choose } = split({ golden: ['Lamps for the desk', 'a rug and a vase'] });
    for (const text of ['desk lamp', 'lamp desk', 'rug vase', 'vase rug'])
      expect(sides[texts.indexOf(text)]).toBe('golden');
    const used = [...train, ...choose].map(({ query }) => texts[query]);
    expect(used.filter((text) => ['desk lamp', 'lamp desk', 'rug vase', 'vase rug'].includes(text!))).toEqual(
      [],
    );
  });

  it("give other datasets' texts the side of the feedback's, and else their own", () => {
    const plain = split();
    const judged = texts[plain.sides.indexOf('judge')]!;
    const trained = texts[plain.sides.indexOf('train')]!;
    const others = [
      { text: judged, isChosenOn: false },
      { text: trained, isChosenOn: true },
      { text: 'something else', isChosenOn: false },
      { text: 'another thing', isChosenOn: true },
    ];
    const { otherSides, sides } = split({ others });
    expect(otherSides).toEqual(['judge', 'choose', 'train', 'choose']);
    expect(sides[texts.indexOf(trained)]).toBe('choose');
  });

  it('are the same for the same seed and others for another', () => {
    expect(split().sides).toEqual(split().sides);
    expect(split({ seed: 1 }).sides).not.toEqual(split().sides);
  });
});

describe('the learning set', () => {
  it('joins datasets, without what the golden set asks and documents that are not in the collection', () => {
    const shop = smallShop(['dev']);
    const documents = shop.documents.slice(0, 100);
    const golden = [shop.interactions[0]!.query, shop.queries.find(({ part }) => part !== 'train')!.text];
    const { dataset, counts } = learningSet(
      { queries: [], visits: [] },
      { seed: 0, documents, datasets: [shop], golden },
    );
    const ids = new Set(documents.map(({ id }) => id));
    expect(dataset.interactions.length).toBe(counts.datasetPairs);
    expect(dataset.interactions.every(({ documentId }) => ids.has(documentId))).toBe(true);
    expect(dataset.queries.map(({ text }) => text)).not.toEqual(expect.arrayContaining([golden[0]]));
    expect(dataset.queries.map(({ text }) => text)).not.toEqual(expect.arrayContaining([golden[1]]));
    const rows = shop.interactions.length + shop.slices[0]!.judgments.size;
    expect(counts.datasetPairs + counts.datasetChooseQueries + counts.datasetLeftOut).toBe(rows);
    expect(dataset.slices.map(({ name, judgments }) => [name, judgments.size])).toEqual([
      ['dev', counts.datasetChooseQueries],
      ['test', 0],
    ]);
  });
});
