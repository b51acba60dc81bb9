import { examinationOf, type Visit } from '@attune/data';
import { describe, expect, it } from 'vitest';
import { boundGain, type GainedPair, mostGain } from '../../../packages/loop/src/feedback/bounded-gain.js';
import { believable, excessOf } from '../../../packages/loop/src/feedback/excess.js';
import { ratesOf } from '../../../packages/loop/src/feedback/rates.js';

const ids = Array.from({ length: 20 }, (_, i) => `d${i + 1}`);
/** d1 stands first, d20 last. */
const visit = (query: number, ranks: number[]): Visit => ({
  query,
  at: 0,
  sequence: 0,
  isRecorded: true,
  pages: [{ ids, offset: 0 }],
  acted: new Map(ranks.map((rank) => [`d${rank}`, 1])),
});
const times = (count: number, make: () => Visit) => Array.from({ length: count }, make);
const excessIn = (visits: Visit[]) =>
  [...excessOf(visits, examinationOf(1))].map(([query, found]) => [query, [...found]]);

describe('more actions than looks can account for', () => {
  it('are those of many on what stands far down, where nobody acts on what stands above', () => {
    expect(excessIn(times(30, () => visit(0, [12])))).toEqual([[0, ['d12']]]);
  });

  it('are those of many who act on what stands above too, but more often than they would look so far', () => {
    expect(excessIn(times(15, () => visit(0, [1, 12])))).toEqual([[0, ['d12']]]);
    // Of those who act on the first one in twelve looks as far.
    const honest = [...times(10, () => visit(0, [1, 12])), ...times(110, () => visit(0, [1]))];
    expect(excessIn(honest)).toEqual([]);
  });

  it('are none where the first is acted on, or few act, or others act above as slips would have it', () => {
    expect(excessIn(times(1000, () => visit(0, [1])))).toEqual([]);
    expect(excessIn(times(3, () => visit(0, [12])))).toEqual([]);
    // Of those who act at all a fifth reach a right answer at rank 12; the others slip above.
    const honest = [...times(20, () => visit(0, [12])), ...times(80, () => visit(0, [1]))];
    expect(excessIn(honest)).toEqual([]);
  });

  it('are seen over all queries of a document, and of its pairs those go that were acted on most', () => {
    const many = Array.from({ length: 20 }, (_, query) => times(4, () => visit(query, [12])));
    const fair = times(10, () => visit(20, [1]));
    const found = excessIn([...many.flat(), ...fair]);
    expect(found).toEqual(many.map((_, query) => [query, ['d12']]));
    expect(excessIn(many[0]!)).toEqual([]);
  });

  it('take their visits with them, and those of nobody else', () => {
    const visits = [...times(30, () => visit(0, [12])), visit(0, [1]), visit(1, [1])];
    const kept = believable(visits, excessOf(visits, examinationOf(1)));
    expect(kept).toEqual(visits.slice(30));
  });
});

describe('what one visit says of a document', () => {
  it('is as much as three clicks, however its action is weighed', () => {
    const bought = { ...visit(0, []), acted: new Map([['d2', 20]]) };
    const rates = ratesOf([bought, visit(0, [1])], examinationOf(1)).get(0)!;
    expect(rates.get('d2')).toMatchObject({ actions: 3, actors: 1 });
    expect(rates.get('d1')).toMatchObject({ actions: 1, actors: 1 });
    expect(rates.get('d3')).toMatchObject({ actions: 0, actors: 0, visits: 2 });
  });
});

describe('what a document or a query may gain in a cycle', () => {
  const pair = (query: string, documentId: string, actors: number, weight = 1): GainedPair => ({
    interaction: { queryId: query, query, documentId, weight, source: { file: 'x', line: 1 } },
    actors,
  });
  const keptOf = (pairs: GainedPair[], documentId: string) =>
    boundGain(pairs).filter(({ interaction }) => interaction.documentId === documentId);
  const many = (count: number, make: (i: number) => GainedPair) =>
    Array.from({ length: count }, (_, i) => make(i));

  it('is 10 certain pairs of a document, or of a query', () => {
    const ofDocument = many(400, (i) => pair(`q${i}`, 'd', 2));
    expect(boundGain(ofDocument)).toEqual(ofDocument.slice(0, mostGain.least));
    const ofQuery = many(400, (i) => pair('q', `d${i}`, 2));
    expect(boundGain(ofQuery)).toEqual(ofQuery.slice(0, mostGain.least));
    expect(boundGain(many(30, (i) => pair(`q${i}`, 'd', 2, 0.5)))).toHaveLength(20);
  });

  it('is a hundredth of all pairs where there are many', () => {
    const others = many(10_000, (i) => pair(`o${i}`, `o${i}`, 2));
    const own = many(200, (i) => pair(`q${i}`, 'd', 2));
    expect(keptOf([...others, ...own], 'd')).toHaveLength(102);
  });

  it('is the likeliest of the pairs that one person alone has acted on, and all that more have', () => {
    const lone = many(14, (i) => pair(`q${i}`, 'd', 1, i === 5 ? 0.6 : 0.5));
    expect(keptOf(lone, 'd')).toEqual([lone[5]]);
    const shared = pair('q', 'd', 2, 0.4);
    expect(keptOf([...lone, shared], 'd')).toEqual([lone[5], shared]);
  });
});
