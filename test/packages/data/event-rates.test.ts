import { join } from 'node:path';
import { type ReadOptions, readDataset } from '@attune/data';
import { describe, expect, it } from 'vitest';
import { filesIn, jsonl, temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();

/** What a visitor was shown, best first, and what was done to some of it. */
interface LoggedVisit {
  query?: string;
  shown: string[];
  did?: [action: string, document: string][];
}

interface LogForm {
  /** What says what was shown. */
  by: 'impressions' | 'hits' | 'nothing';
  /** Ordinal of the best; undefined: events have none. */
  from?: 0 | 1;
  /** Actions whose events say nothing of the rank. */
  unranked?: readonly string[];
}

const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();

function rowsOf(visits: LoggedVisit[], { by, from, unranked = [] }: LogForm): object[] {
  return visits.flatMap(({ query = 'lamp', shown, did = [] }, i) => {
    const eventOf = (action: string, document: string) => ({
      action_name: action,
      query_id: `s${i}`,
      client_id: `c${i}`,
      timestamp: at(10 * i + 1),
      event_attributes: {
        object: { object_id: document, name: `Thing ${document}` },
        ...(from !== undefined &&
          !unranked.includes(action) && { position: { ordinal: shown.indexOf(document) + from } }),
      },
    });
    return [
      {
        query_id: `s${i}`,
        client_id: `c${i}`,
        user_query: query,
        timestamp: at(10 * i),
        ...(by === 'hits' && { query_response_hit_ids: shown }),
      },
      ...(by === 'impressions' ? shown.map((document) => eventOf('impression', document)) : []),
      ...did.map(([action, document]) => eventOf(action, document)),
    ];
  });
}

async function readLog(rows: object[], options: ReadOptions = {}) {
  const documents = jsonl(...'abcdefgh'.split('').map((id) => ({ id, title: `Thing ${id}` })));
  const path = filesIn(folder, { 'ubi.jsonl': jsonl(...rows), 'documents.jsonl': documents });
  const dataset = await readDataset(join(path, 'ubi.jsonl'), {
    documents: join(path, 'documents.jsonl'),
    shares: { train: 1, dev: 0, test: 0 },
    ...options,
  });
  const weights = new Map(dataset.interactions.map((row) => [`${row.query} ${row.documentId}`, row.weight]));
  return { ...dataset, weightOf: (document: string, query = 'lamp') => weights.get(`${query} ${document}`) };
}

/** Forty people: each tenth clicks the first, each tenth the last of eight; another document is seen alone and clicked by all of ten. */
const visits: LoggedVisit[] = [
  ...Array.from({ length: 400 }, (_, i): LoggedVisit => {
    const clicked = i % 10 === 0 ? 'a' : i % 10 === 1 ? 'h' : undefined;
    return { shown: [...'abcdefgh'], did: clicked === undefined ? [] : [['click', clicked]] };
  }),
  ...Array.from({ length: 10 }, (): LoggedVisit => ({ query: 'desk', shown: ['b'], did: [['click', 'b']] })),
];

describe('the weights of a log of events that says what was shown', () => {
  it.each([
    ['impressions without ranks', { by: 'impressions' } as const],
    ['clicks alone have ranks', { by: 'impressions', from: 1, unranked: ['impression'] } as const],
  ])('are rates of the people who saw it: %s', async (_, form) => {
    const { weights, weightOf } = await readLog(rowsOf(visits, form));
    expect(weights.kind).toBe('rates');
    expect(weights.why).toMatch(
      /^What people did is counted .* They become rates, .*\(impressions \+ [\d.]+\)\.$/,
    );
    // Forty clicks of 400 are more in number than ten of ten, and less as a rate.
    expect(weightOf('a')).toBeCloseTo(0.1, 1);
    expect(weightOf('h')).toBe(weightOf('a'));
    expect(weightOf('b', 'desk')).toBeGreaterThan(5 * weightOf('a')!);
    expect(weightOf('c')).toBe(0);
  });

  it.each([
    ['impressions with ordinals from 0', { by: 'impressions', from: 0 } as const],
    ['impressions with ordinals from 1', { by: 'impressions', from: 1 } as const],
    ['hits of the searches', { by: 'hits' } as const],
    ['hits of the searches beside ordinals', { by: 'hits', from: 0 } as const],
  ])('are corrected for how seldom the lower ranks are looked at: %s', async (_, form) => {
    const { weights, weightOf } = await readLog(rowsOf(visits, form));
    expect(weights.kind).toBe('rates');
    expect(weights.why).toMatch(/A document at rank r is looked at r\^-0\.\d\d times as often/);
    expect(weightOf('h')).toBeGreaterThan(1.5 * weightOf('a')!);
  });

  it('come to the same, whichever way the log says it', async () => {
    const [fromZero, byImpressions, byHits] = await Promise.all([
      readLog(rowsOf(visits, { by: 'impressions', from: 0 })),
      readLog(rowsOf(visits, { by: 'impressions', from: 1 })),
      readLog(rowsOf(visits, { by: 'hits' })),
    ]);
    for (const document of ['a', 'h'])
      expect(byHits.weightOf(document)).toBe(byImpressions.weightOf(document));
    for (const document of 'abcdefgh')
      expect(fromZero.weightOf(document)).toBe(byImpressions.weightOf(document));
    expect(fromZero.weights).toEqual(byImpressions.weights);
    // What only stood among hits is no row of what people did.
    expect(byHits.interactions).toHaveLength(3);
    expect(byImpressions.interactions).toHaveLength(9);
    expect(byHits.notes).toContain('90 events became 3 interactions.');
  });

  it('take the rank of an event that has none from another of its search', async () => {
    const bought = visits.map(
      (visit): LoggedVisit => (visit.did?.[0]?.[1] === 'h' ? { ...visit, did: [['purchase', 'h']] } : visit),
    );
    const ranked = await readLog(rowsOf(bought, { by: 'impressions', from: 0 }));
    const other = await readLog(rowsOf(bought, { by: 'impressions', from: 0, unranked: ['purchase'] }));
    expect(other.weights).toEqual(ranked.weights);
    expect(other.weightOf('h')).toBe(ranked.weightOf('h'));
  });

  it('count a click on what is not among the hits, such as on a later page', async () => {
    const later = [...visits, { shown: ['a'], did: [['click', 'g']] } satisfies LoggedVisit];
    const { weightOf, notes } = await readLog(rowsOf(later, { by: 'hits' }));
    expect(weightOf('g')).toBeGreaterThan(0);
    expect(notes).toContain('91 events became 4 interactions.');
  });

  it.each([
    ['clicks alone', rowsOf(visits, { by: 'nothing', from: 1 })],
    [
      'a third of the impressions',
      rowsOf(visits, { by: 'impressions', from: 1 }).filter(
        (row, i) => !('action_name' in row) || row.action_name !== 'impression' || i % 3 === 0,
      ),
    ],
    ['documents that were shown once', rowsOf(visits.slice(0, 1), { by: 'impressions', from: 1 })],
  ])('stay counts where the log says too little of it: %s', async (_, rows) => {
    const { weights, interactions } = await readLog(rows);
    expect(weights.kind).toBe('counts');
    expect(interactions.every(({ weight }) => Number.isInteger(weight))).toBe(true);
  });

  it('stay counts where the caller says so', async () => {
    const rows = rowsOf(visits, { by: 'impressions', from: 1 });
    const { weights, weightOf } = await readLog(rows, { weights: 'counts' });
    expect(weights.kind).toBe('counts');
    expect(weightOf('a')).toBe(40);
  });
});
