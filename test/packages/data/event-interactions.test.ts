import { join } from 'node:path';
import { readDataset } from '@attune/data';
import { describe, expect, it } from 'vitest';
import { filesIn, jsonl, temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();

interface Did {
  action: string;
  query?: string;
  document: string;
  search?: string;
  client?: string;
  session?: string;
}

async function interactionsOf(...events: Did[]) {
  const rows = events.map(({ action, query, document, search, client, session }, i) => ({
    action_name: action,
    timestamp: new Date(Date.UTC(2026, 0, 1) + i * 1000).toISOString(),
    ...(query !== undefined && { user_query: query }),
    ...(search !== undefined && { query_id: search }),
    ...(client !== undefined && { client_id: client }),
    ...(session !== undefined && { session_id: session }),
    event_attributes: { object: { object_id: document, name: `Thing ${document}` } },
  }));
  const path = join(filesIn(folder, { 'ubi.jsonl': jsonl(...rows) }), 'ubi.jsonl');
  const { interactions, notes } = await readDataset(path, { shares: { train: 1, dev: 0, test: 0 } });
  return {
    weights: interactions.map(({ query, documentId, weight }) => [query, documentId, weight]),
    interactions,
    notes: notes.join(' '),
  };
}

describe('the interactions of a log of events', () => {
  it('count a person once for a query, with the strongest action on each document', async () => {
    const ann = { query: 'lamp', client: 'ann' };
    const { weights, notes } = await interactionsOf(
      { action: 'click', document: 'a', ...ann },
      { action: 'click', document: 'a', ...ann },
      { action: 'purchase', document: 'a', ...ann },
      { action: 'click', document: 'b', ...ann },
      { action: 'impression', document: 'c', ...ann },
    );
    expect(weights).toEqual([
      ['lamp', 'a', 20],
      ['lamp', 'b', 1],
      ['lamp', 'c', 0],
    ]);
    expect(notes).toContain(
      '4 events became 3 interactions. Left out: 1 event in which a person did the same to a document once more.',
    );
  });

  it('add up over people, whom client, session, search or the event itself tells apart', async () => {
    const click = { action: 'click', query: 'lamp', document: 'a' };
    const { weights } = await interactionsOf(
      { ...click, client: 'ann', session: '1' },
      { ...click, client: 'ann', session: '2' },
      { ...click, session: '3' },
      { ...click, search: 's1' },
      { ...click, search: 's1' },
      click,
      click,
    );
    expect(weights).toEqual([['lamp', 'a', 5]]);
  });

  it('take queries for one that differ in case and blanks alone, and name the first line', async () => {
    const { weights, interactions } = await interactionsOf(
      { action: 'click', query: 'Desk Lamp', document: 'a', client: 'ann' },
      { action: 'click', query: 'desk  lamp', document: 'a', client: 'bob' },
    );
    expect(weights).toEqual([['Desk Lamp', 'a', 2]]);
    expect(interactions[0]!.source.line).toBe(1);
  });

  it('let one client count for as much as a log says: it is the log of whoever runs it', async () => {
    const { weights } = await interactionsOf(
      ...Array.from({ length: 50 }, (_, i) => ({
        action: 'click',
        query: `lamp ${i}`,
        document: 'a',
        client: 'ann',
      })),
    );
    expect(weights).toHaveLength(50);
  });
});
