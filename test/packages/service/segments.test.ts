import type { Encoder } from '@attune/encode';
import type { Filter, ScoreModifierOptions } from '@attune/search';
import type { StoredDocument } from '@attune/store';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerBatch } from '../../../packages/service/src/generation/answer.js';
import { IndexMaker } from '../../../packages/service/src/generation/index-maker.js';
import type { SearchBatch } from '../../../packages/service/src/generation/messages.js';
import { mergedRows } from '../../../packages/service/src/generation/rank.js';
import { Segment } from '../../../packages/service/src/generation/segment.js';
import { segmentRow } from '../../../packages/service/src/generation/segment-columns.js';
import { View } from '../../../packages/service/src/generation/view.js';

const dim = 4;
const lexical = { analyser: 'english' as const, k1: 0.9, b: 0.4, fields: [], fusionWeight: 0.7 };

/** Documents with a vector each, few of them different, so that many scores are equal. */
class PlainStore {
  readonly #documents = new Map<string, { sequence: number; document: StoredDocument | undefined }>();
  #sequence = 0;

  write(id: string, document: { title: string; sales: number } | undefined): void {
    const sequence = ++this.#sequence;
    const stored = document && {
      id,
      sequence,
      fields: { title: document.title },
      attributes: { sales: document.sales },
    };
    this.#documents.delete(id);
    this.#documents.set(id, { sequence, document: stored as StoredDocument | undefined });
  }

  async all() {
    const { rows, sequence } = await this.since(0);
    return { rows: rows.filter((each) => typeof each !== 'string'), sequence };
  }

  /** Reads five at a time, so that a refresh reads several times. */
  async since(after: number, most = 5) {
    const all = [...this.#documents].filter(([, { sequence }]) => sequence > after);
    const read = all.slice(0, after === 0 ? undefined : Math.max(1, most / 2048));
    const rows = read.map(([id, { document }]) =>
      document ? segmentRow(document, lexical, vectorOf(document.fields['title']!)) : id,
    );
    const sequence = read.at(-1)?.[1].sequence ?? after;
    return { rows, sequence, isWhole: read.length === all.length };
  }
}

function vectorOf(title: string): Float32Array {
  const has = (word: string) => (title.includes(word) ? 1 : 0);
  return Float32Array.of(1, has('oak'), has('lamp'), has('red'));
}

/** The searching thread's side, without threads. */
class Searcher {
  readonly #maker: IndexMaker;
  #segments = new Map<number, Segment>();
  view!: View;

  constructor(store: PlainStore, foldRows = 0) {
    const columns = { dim, lexical, checkWanted: () => undefined };
    this.#maker = new IndexMaker({ source: store, columns, foldRows, leastRows: 1 });
  }

  async refresh(): Promise<void> {
    const seen = { sequence: this.view?.sequence ?? 0, keys: [...this.#segments.keys()] };
    const update = await this.#maker.refresh(seen);
    if (update === undefined) return;
    const segments = new Map<number, Segment>();
    const live = [];
    for (const { key, columns, ...each } of update.segments) {
      const segment = columns
        ? await Segment.of(structuredClone(columns), { dim, fingerprint: 'f' })
        : this.#segments.get(key)!;
      segments.set(key, segment);
      live.push({ segment, ...each });
    }
    this.#segments = segments;
    this.view = new View(live, update.sequence);
  }

  /** As if segments had been lost on their way: the last of the tail, or all. */
  lose(which: 'last' | 'all'): void {
    const keys = [...this.#segments.keys()];
    for (const key of which === 'all' ? keys : keys.slice(1).slice(-1)) this.#segments.delete(key);
  }

  async answers(searches: readonly Search[]): Promise<unknown[]> {
    const batch: SearchBatch = {
      specs: searches.map(({ mode, filter, modifiers }) => ({ mode, filter, modifiers })),
      specOf: searches.map((_, i) => i),
      texts: searches.map(({ text }) => text),
      vectorOf: searches.map((_, i) => i),
      vectors: Float32Array.from(searches.flatMap(({ text }) => [...vectorOf(text)])),
      offsets: searches.map(({ offset }) => offset),
      limits: searches.map(({ limit }) => limit),
      recorded: searches.map(() => true),
    };
    return answerBatch(this.view, { dim } as Encoder, lexical.fusionWeight, batch);
  }
}

interface Search {
  mode: 'vector' | 'lexical' | 'hybrid';
  text: string;
  filter: Filter | undefined;
  modifiers: ScoreModifierOptions | undefined;
  offset: number;
  limit: number;
}

const title = fc
  .array(fc.constantFrom('oak', 'lamp', 'red', 'sofa', 'desk'), { minLength: 1, maxLength: 4 })
  .map((words) => words.join(' '));
const document = fc.record({ title, sales: fc.integer({ min: 0, max: 3 }) });
const id = fc.integer({ min: 1, max: 120 }).map(String);
const change = fc.record({ id, document: fc.option(document, { nil: undefined, freq: 5 }) });
const step = fc.oneof(
  { weight: 2, arbitrary: fc.array(change, { minLength: 1, maxLength: 3 }) },
  { weight: 2, arbitrary: fc.array(change, { minLength: 10, maxLength: 30 }) },
  { weight: 4, arbitrary: fc.constant('refresh' as const) },
  { weight: 1, arbitrary: fc.constant('lose' as const) },
);
const search: fc.Arbitrary<Search> = fc.record({
  mode: fc.constantFrom('vector' as const, 'lexical' as const, 'hybrid' as const),
  text: title,
  filter: fc.option(fc.record({ field: fc.constant('sales'), atLeast: fc.integer({ min: 0, max: 3 }) }), {
    nil: undefined,
  }),
  modifiers: fc.option(fc.constant({ add: [{ field: 'sales', weight: 0.5 }] }), { nil: undefined }),
  offset: fc.integer({ min: 0, max: 3 }),
  limit: fc.integer({ min: 1, max: 70 }),
});

describe('a base and segments beside it', () => {
  it('answer to the bit, and in the same order, as when all that was written after the base is one segment', async () => {
    let most = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ id, document }), { maxLength: 30 }),
        fc.array(step, { maxLength: 60, size: 'max' }),
        fc.array(search, { minLength: 1, maxLength: 6 }),
        async (first, steps, searches) => {
          const store = new PlainStore();
          // So that there is a base, which has every attribute.
          store.write('0', { title: 'oak', sales: 1 });
          for (const each of first) store.write(each.id, each.document);
          const [often, once] = [new Searcher(store), new Searcher(store)];
          await Promise.all([often.refresh(), once.refresh()]);
          for (const each of steps) {
            if (each === 'refresh') await often.refresh();
            else if (each === 'lose') often.lose('last');
            else for (const { id, document } of each) store.write(id, document);
          }
          await Promise.all([often.refresh(), once.refresh()]);
          expect(once.view.parts.length).toBeLessThanOrEqual(2);
          most = Math.max(most, often.view.parts.length);
          expect(often.view.documents).toBe(once.view.documents);
          expect(often.view.sequence).toBe(once.view.sequence);
          expect(await often.answers(searches)).toEqual(await once.answers(searches));
        },
      ),
      { numRuns: 200 },
    );
    expect(most).toBeGreaterThan(3);
  });

  it('become one segment where there are few documents', async () => {
    const store = new PlainStore();
    const searcher = new Searcher(store, 3);
    for (const each of ['1', '2', '3']) store.write(each, { title: 'oak', sales: 1 });
    await searcher.refresh();
    store.write('2', undefined);
    await searcher.refresh();
    expect(searcher.view.parts.map(({ segment }) => segment.count)).toEqual([2]);
    store.write('4', { title: 'lamp', sales: 1 });
    store.write('5', { title: 'lamp', sales: 1 });
    await searcher.refresh();
    expect(searcher.view.parts.map(({ segment }) => segment.count)).toEqual([2, 2]);
    searcher.lose('all');
    await searcher.refresh();
    expect(searcher.view.parts.map(({ segment }) => segment.count)).toEqual([4]);
    expect(searcher.view.documents).toBe(4);
  });
});

describe('answers of several segments', () => {
  it('are merged by score, equal ones in the order of their rows', () => {
    const answer = (start: number, scores: number[]) => ({
      part: { start },
      answer: { rows: Int32Array.from(scores, (_, row) => row), scores: Float32Array.from(scores) },
    });
    const found = [answer(0, [3, 1]), answer(10, [3, 2, 1]), answer(20, []), answer(30, [4, 1])];
    expect([...mergedRows(found, 9).rows]).toEqual([30, 0, 10, 11, 1, 12, 31]);
    expect([...mergedRows(found, 3).rows]).toEqual([30, 0, 10]);
    expect(mergedRows([], 3).rows).toHaveLength(0);
  });
});
