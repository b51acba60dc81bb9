import { collectFeedback, type FeedbackEvent, forEachShown } from '@attune/data';
import {
  estimatePositionBias,
  examinationOf,
  fairChance,
  fitRelevance,
  learningSet,
  ratesOf,
} from '@attune/loop';
import { describe, expect, it } from 'vitest';
import { type AudienceQuery, feedbackOf, simulateAudience } from '../../audience/audience.js';

const actionWeights = { impression: 0, click: 1, purchase: 20 };
const shown = ['a', 'b', 'c', 'd'];
const isDocument = (id: string) => [...shown, 'e'].includes(id);
let sequence = 0;
const event = (more: Partial<FeedbackEvent>): FeedbackEvent => ({
  action: 'click',
  at: 1000,
  sequence: ++sequence,
  queryId: 's1',
  query: 'lamp',
  documentId: 'a',
  searchedAt: 500,
  shown,
  clientId: 'ann',
  ...more,
});
const collect = (events: FeedbackEvent[], more = {}) =>
  collectFeedback(events, { actionWeights, isDocument, ...more });

describe('feedback', () => {
  it("joins a person's events on one query to one visit, at the best rank, with the strongest action", () => {
    const { visits, counts, queries } = collect([
      event({ documentId: undefined, action: 'impression' }),
      event({ documentId: 'c' }),
      event({ documentId: 'c' }),
      event({ documentId: 'c', action: 'purchase' }),
      event({ query: ' Lamp', queryId: 's2', shown: ['c', 'e'], documentId: 'e' }),
      event({ query: 'lamp', queryId: 's3', clientId: 'bob' }),
    ]);
    expect(queries).toEqual([{ text: 'lamp', filter: undefined }]);
    expect(visits.map(({ acted }) => [...acted])).toEqual([
      [
        ['c', 20],
        ['e', 1],
      ],
      [['a', 1]],
    ]);
    const ranks = new Map<string, number>();
    forEachShown(visits[0]!, (id, rank) => ranks.set(id, rank));
    expect(Object.fromEntries(ranks)).toEqual({ a: 1, b: 2, c: 1, d: 4, e: 2 });
    expect(counts).toMatchObject({ events: 6, used: 4, repeated: 1, withoutDocument: 1, people: 2 });
  });

  it('counts what it leaves out, by the reason', () => {
    const { visits, counts } = collect([
      event({ documentId: 'gone' }),
      event({ documentId: 'e' }),
      event({ action: 'hover' }),
      event({ action: 'hover' }),
      event({ at: 499 }),
      event({ query: undefined }),
      event({ query: '  ' }),
      event({ action: 'constructor' }),
    ]);
    expect(counts).toMatchObject({
      used: 0,
      unknownDocument: 1,
      notShown: 1,
      beforeSearch: 1,
      withoutQuery: 2,
      unknownAction: { hover: 2, constructor: 1 },
    });
    expect(visits.flatMap(({ acted }) => [...acted])).toEqual([]);
  });

  it('takes later pages and documents that have gone at their own ranks', () => {
    const { visits } = collect([event({ shown: ['gone', 'b', 'a'], offset: 10, documentId: 'a' })]);
    const ranks: [string, number][] = [];
    forEachShown(visits[0]!, (id, rank) => ranks.push([id, rank]));
    expect(ranks).toEqual([
      ['b', 12],
      ['a', 13],
    ]);
  });

  it("believes the client's rank only where there is no record of the search", () => {
    const { visits } = collect([
      event({ queryId: 's2', shown: undefined, position: 3, clientId: 'x' }),
      event({ position: 9 }),
    ]);
    expect(visits.map(({ pages, isRecorded }) => [pages[0]!.offset, isRecorded])).toEqual([
      [2, false],
      [0, true],
    ]);
  });

  it('parts one text by its filter, whatever the order of its keys', () => {
    const { queries } = collect([
      event({ filter: { field: 'set', equals: 'x' } }),
      event({ filter: { equals: 'x', field: 'set' } }),
      event({ filter: { field: 'set', equals: 'y' } }),
    ]);
    expect(queries).toHaveLength(2);
  });
});

describe('what one client may count for', () => {
  /** A search of its own for each event. */
  const apart = (more: Partial<FeedbackEvent>) => event({ queryId: `s${sequence}`, ...more });
  const crowd = (count: number) =>
    Array.from({ length: count }, (_, i) => apart({ clientId: `c${i}`, query: `q${i % 7}` }));

  it('is one visit for each search, whoever is said to have acted there', () => {
    const { visits, counts } = collect([
      event({ documentId: undefined, action: 'impression' }),
      ...Array.from({ length: 100 }, (_, i) => event({ clientId: `made-up ${i}` })),
      event({ clientId: 'after signing in', documentId: 'b', action: 'purchase' }),
    ]);
    expect(visits.map(({ acted }) => [...acted])).toEqual([
      [
        ['a', 1],
        ['b', 20],
      ],
    ]);
    expect(counts).toMatchObject({ used: 2, sameSearch: 99, repeated: 0, people: 1 });
  });

  it("is a person's each where the server has no record of the search", () => {
    const elsewhere = { searchedAt: undefined, shown: undefined };
    const { visits } = collect([
      event({ ...elsewhere, clientId: 'ann' }),
      event({ ...elsewhere, clientId: 'bob' }),
    ]);
    expect(visits).toHaveLength(2);
  });

  it('is 1 % of what the others did, and 20 actions', () => {
    const flood = Array.from({ length: 10_000 }, (_, i) =>
      apart({ clientId: 'bot', query: `flood ${i}`, documentId: undefined, action: 'impression' }),
    );
    const clicks = Array.from({ length: 30 }, (_, i) =>
      apart({ clientId: 'ann', query: `lamp ${i}`, documentId: 'abcd'[i % 4] }),
    );
    const { visits, counts } = collect([...flood, ...clicks, ...crowd(300)]);
    expect(visits.filter(({ acted }) => acted.size === 0)).toHaveLength(20 + 20 - 12);
    expect(counts).toMatchObject({ overShare: 10, overDocument: 8 });
    expect(counts.used).toBe(300 + 12);
  });

  it('is 50 actions on one day, by the day that a believed sender names', () => {
    const day = 86_400_000;
    const clicks = (doneAt?: (i: number) => number) =>
      Array.from({ length: 60 }, (_, i) =>
        apart({
          clientId: 'bot',
          query: `lamp ${i}`,
          documentId: `d${i}`,
          shown: [`d${i}`],
          doneAt: doneAt?.(i),
        }),
      );
    const options = { isDocument: () => true };
    expect(collect([...clicks(), ...crowd(10_000)], options).counts.overDay).toBe(10);
    expect(collect([...clicks((i) => i * day), ...crowd(10_000)], options).counts.overDay).toBe(0);
  });

  it('is three queries on one document', () => {
    const { visits, counts } = collect(
      ['a', 'a', 'a', 'a', 'b'].map((documentId, i) => apart({ query: `lamp ${i}`, documentId })),
    );
    expect(visits.map(({ acted }) => [...acted.keys()].join())).toEqual(['a', 'a', 'a', '', 'b']);
    expect(counts).toMatchObject({ used: 4, overDocument: 1 });
  });

  it('is counted by key: nobody uses up what another may count for', () => {
    const flood = Array.from({ length: 100 }, (_, i) => apart({ key: 'other', query: `flood ${i}` }));
    const { counts } = collect([...flood, apart({ key: 'front' })]);
    expect(counts).toMatchObject({ used: 4, people: 2 });
  });

  it('holds in no log of the operator’s own', () => {
    const flood = Array.from({ length: 100 }, (_, i) => event({ query: `flood ${i}`, at: 1000 + i }));
    expect(collect(flood, { from: 'operator' }).counts).toMatchObject({ used: 100 });
  });

  it('is nothing deeper than rank 100, shown or acted on', () => {
    const ids = Array.from({ length: 300 }, (_, i) => `d${i}`);
    const deep = { shown: ids.slice(0, 200), offset: 50 };
    const { visits, counts } = collect(
      [
        event({ ...deep, documentId: 'd49' }),
        event({ ...deep, documentId: 'd50' }),
        event({ queryId: 's2', shown: undefined, searchedAt: undefined, documentId: 'd1', position: 101 }),
      ],
      { isDocument: () => true },
    );
    expect(counts).toMatchObject({ used: 1, tooDeep: 2 });
    const ranks: number[] = [];
    for (const visit of visits) forEachShown(visit, (_id, rank) => ranks.push(rank));
    expect([ranks[0], ranks.at(-1), ranks.length]).toEqual([51, 100, 50]);
  });
});

/** Ten documents an answer; right are the first two digits of the query's number. */
const documents = Array.from({ length: 40 }, (_, i) => ({
  id: `d${i}`,
  fields: { title: `thing ${i}` },
  attributes: {},
  source: { file: 'x', line: 1 },
}));
const queries: AudienceQuery[] = Array.from({ length: 300 }, (_, i) => ({
  text: `wish${i} for${i * 7}`,
  filter: {},
  relevant: new Set([`d${i % 40}`, `d${(i * 3) % 40}`]),
}));

/** @param swapped  answers in a turned order every other time */
async function events(exponent: number, { swapped = false, searches = 8000, people = 4000 } = {}) {
  let number = 0;
  const all: FeedbackEvent[] = [];
  const audience = simulateAudience({
    queries,
    // A right answer stands at rank 1 + (query mod 10), the other one far down or not at all.
    search: async (query) => {
      const q = queries.indexOf(query);
      const ids = Array.from({ length: 20 }, (_, i) => `d${(q + 40 - (q % 10) + i) % 40}`);
      if (swapped && number % 2) ids.reverse();
      return { queryId: `s${number++}`, hits: ids };
    },
    searches,
    people,
    seed: 3,
    from: 0,
    examinationExponent: exponent,
    popularityExponent: 0.3,
  });
  for await (const visit of audience) all.push(...feedbackOf(visit, { sequence: all.length, release: 1 }));
  return all;
}
const known = new Set(documents.map(({ id }) => id));
const feedbackFrom = (all: FeedbackEvent[]) =>
  collectFeedback(all, { actionWeights, isDocument: (id) => known.has(id) });

describe('the estimate of position bias', () => {
  it.each([0.4, 1])('finds an exponent of %s from documents shown at several ranks', async (exponent) => {
    const feedback = feedbackFrom(
      await events(exponent, { swapped: true, searches: 30_000, people: 30_000 }),
    );
    const bias = estimatePositionBias(feedback.visits, [...feedback.queries.keys()]);
    expect(bias.swappedActions).toBeGreaterThan(1000);
    expect(bias.error).toBeLessThan(0.06);
    expect(Math.abs(bias.exponent - exponent)).toBeLessThan(0.1);
  });

  it('finds it from the fall of relevance with the rank, as judged queries show it', async () => {
    const right = new Array<number>(20).fill(0);
    queries.forEach(({ relevant }, q) => {
      for (let i = 0; i < 20; ++i)
        if (relevant.has(`d${(q + 40 - (q % 10) + i) % 40}`)) right[i]! += 1 / queries.length;
    });
    for (const exponent of [0.4, 1]) {
      const feedback = feedbackFrom(await events(exponent, { searches: 20_000, people: 20_000 }));
      const bias = estimatePositionBias(feedback.visits, [...feedback.queries.keys()], right);
      expect(bias.swappedActions).toBe(0);
      expect(Math.abs(bias.exponent - exponent)).toBeLessThan(0.12);
    }
  });

  it('stays with what is usual where the log says nothing', () => {
    expect(estimatePositionBias([], [])).toMatchObject({
      exponent: expect.closeTo(0.7, 2),
      swappedActions: 0,
    });
  });
});

describe('the model of relevance', () => {
  it('tells right answers from slips', async () => {
    const feedback = feedbackFrom(await events(1, { searches: 20_000, people: 20_000 }));
    const rates = ratesOf(feedback.visits, examinationOf(1));
    const model = fitRelevance(rates);
    expect(model.actionsPerLook).toBeGreaterThan(0.6);
    expect(model.actionsPerLook).toBeLessThan(1);
    const chances: Record<'right' | 'wrong', number[]> = { right: [], wrong: [] };
    for (const [query, pairs] of rates) {
      const { relevant } = queries.find(({ text }) => text === feedback.queries[query]!.text)!;
      for (const [id, rate] of pairs)
        chances[relevant.has(id) ? 'right' : 'wrong'].push(fairChance(rate, model));
    }
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(chances.right)).toBeGreaterThan(0.8);
    expect(mean(chances.wrong)).toBeLessThan(0.05);
  });

  it('is sure of three clicks, unsure of one far down, and takes many looks without one as a no', () => {
    const model = { actionsPerLook: 0.8, share: 0.1, shareByRank: [] };
    expect(fairChance({ actions: 3, examined: 3, visits: 3, ranks: 3 }, model)).toBeGreaterThan(0.9);
    expect(fairChance({ actions: 1, examined: 0.05, visits: 1, ranks: 20 }, model)).toBeLessThan(0.6);
    expect(fairChance({ actions: 0, examined: 20, visits: 20, ranks: 20 }, model)).toBeLessThan(1e-4);
  });
});

describe('poisoned feedback', () => {
  const options = { seed: 0, documents, datasets: [], golden: [] };
  const weightsOf = (all: FeedbackEvent[]) => {
    const { dataset } = learningSet(feedbackFrom(all), options);
    return new Map(
      dataset.interactions.map(({ query, documentId, weight }) => [`${query} ${documentId}`, weight]),
    );
  };

  it('moves no weight but that of the one pair by more than 0.02, and that one as one person may', async () => {
    const honest = await events(1);
    const last = honest.at(-1)!;
    const target = honest.find(({ documentId }) => documentId !== undefined)!;
    const flood = Array.from({ length: 10_000 }, (_, i) => ({
      ...target,
      documentId: target.shown![19],
      position: 1,
      clientId: 'poisoner',
      sessionId: `p${i}`,
      queryId: `p${i}`,
      at: target.at,
      sequence: last.sequence + 1 + i,
    }));
    const [before, after] = [weightsOf(honest), weightsOf([...honest, ...flood])];
    const pair = `${target.query} ${target.shown![19]}`;
    const person = weightsOf([...honest, flood[0]!]);
    expect(after.get(pair)).toBe(person.get(pair));
    for (const [key, weight] of before) {
      if (key !== pair) expect(Math.abs((after.get(key) ?? 0) - weight)).toBeLessThan(0.02);
    }
    expect([...after.keys()].filter((key) => !before.has(key) && key !== pair)).toEqual([]);
  });

  it('counts clicks on 10,000 pairs of one client no further than its share', async () => {
    const honest = await events(1);
    const flood = Array.from({ length: 10_000 }, (_, i) => ({
      ...honest[0]!,
      action: 'click',
      query: queries[i % 300]!.text,
      shown: documents.slice(i % 20, (i % 20) + 20).map(({ id }) => id),
      documentId: `d${(i % 20) + 19}`,
      clientId: 'poisoner',
      sequence: honest.length + i,
      at: honest.at(-1)!.at,
    }));
    const { counts } = feedbackFrom([...honest, ...flood]);
    const actions = honest.filter(({ action }) => action === 'click').length;
    expect(counts.overShare).toBeGreaterThan(250);
    const [before, after] = [weightsOf(honest), weightsOf([...honest, ...flood])];
    let moved = 0;
    for (const [key, weight] of before) if (Math.abs((after.get(key) ?? 0) - weight) > 0.1) moved += 1;
    for (const key of after.keys()) if (!before.has(key)) moved += 1;
    // A pair that the flood has acted on, and no other; the cap is 1 % of what the others did.
    expect(moved).toBeLessThanOrEqual(Math.max(20, actions * 0.01) + 5);
  });
});
