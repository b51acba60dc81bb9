import type { Filter, ScoreModifiers } from '@attune/schema';
import {
  type Answer,
  answerQueries,
  answersByWeight,
  type Changes,
  type LiveSegment,
  type SearchMode,
  Segment,
  SegmentMaker,
  type SegmentRow,
  View,
} from '@attune/search';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const dim = 4;
const lexical = { analyser: 'english' as const, cut: 'characters+pairs' as const, k1: 0.9, b: 0.4 };
const fusionWeight = 0.7;

interface Product {
  title: string;
  sales: number;
}

/** Documents with a vector each, few of them different, so that many scores are equal. */
class PlainStore {
  readonly #documents = new Map<string, { sequence: number; product: Product | undefined }>();
  #sequence = 0;

  write(id: string, product: Product | undefined): void {
    this.#documents.delete(id);
    this.#documents.set(id, { sequence: ++this.#sequence, product });
  }

  async all(): Promise<{ rows: SegmentRow[]; sequence: number }> {
    const living = [...this.#documents].filter(([, { product }]) => product !== undefined);
    return { rows: living.map(([id, { product }]) => rowOf(id, product!)), sequence: this.#sequence };
  }

  /** Reads a few at a time, so that a refresh reads several times. */
  async since(after: number, most: number): Promise<Changes> {
    const all = [...this.#documents].filter(([, { sequence }]) => sequence > after);
    const read = all.slice(0, Math.max(1, most / 2048));
    return {
      rows: read.map(([id, { product }]) => (product ? rowOf(id, product) : id)),
      sequence: read.at(-1)?.[1].sequence ?? after,
      isWhole: read.length === all.length,
      documents: [...this.#documents.values()].filter(({ product }) => product !== undefined).length,
    };
  }

  differs(counts: { shown: number; documents: number }): void {
    throw new Error(`${counts.shown} documents are shown, and there are ${counts.documents}`);
  }
}

/** A document without title has no vector. */
function rowOf(id: string, { title, sales }: Product): SegmentRow {
  return {
    id,
    attributes: { sales, words: title.split(' ') },
    line: JSON.stringify({ id, title }),
    words: title,
    vector: title === '' ? undefined : vectorOf(title),
  };
}

function vectorOf(title: string): Float32Array {
  const has = (word: string) => (title.includes(word) ? 1 : 0);
  return Float32Array.of(1, has('oak'), has('lamp'), has('red'));
}

/** The searching thread's side, without threads. */
class Searcher {
  readonly #maker: SegmentMaker;
  #segments = new Map<number, Segment>();
  view!: View;

  constructor(store: PlainStore, foldRows = 0) {
    this.#maker = new SegmentMaker({ source: store, columns: { dim, lexical }, foldRows, leastRows: 1 });
  }

  async refresh(): Promise<void> {
    const shown = { sequence: this.view?.sequence ?? 0, keys: [...this.#segments.keys()] };
    const update = await this.#maker.refresh(shown);
    if (update === undefined) return;
    const segments = new Map<number, Segment>();
    const live: LiveSegment[] = [];
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

  /** By ids; of one that failed, its message. */
  async answers(searches: readonly Search[]): Promise<unknown[]> {
    const answers = await answerQueries(this.view, searches.map(viewQuery), { fusionWeight });
    return answers.map((answer) => this.#readable(answer));
  }

  async #byWeight(searches: readonly Search[], fusionWeights: readonly number[]): Promise<unknown[][]> {
    const answers = await answersByWeight(this.view, searches.map(viewQuery), { fusionWeights });
    return answers.map((some) => some.map((answer) => this.#readable(answer)));
  }

  /** What `answers` gives, from a search that tries other weights too. */
  async answersAmongWeights(searches: readonly Search[]): Promise<unknown[]> {
    return (await this.#byWeight(searches, [0, fusionWeight, 3]))[1]!;
  }

  #readable(answer: Answer): unknown {
    if ('error' in answer) return String(answer.error);
    return Array.from(answer.rows, (row, i) => [this.view.id(row), answer.scores[i], this.view.body(row)]);
  }
}

interface Search {
  mode: SearchMode;
  text: string;
  filter: Filter | undefined;
  modifiers: ScoreModifiers | undefined;
  offset: number;
  limit: number;
}

function viewQuery({ mode, text, filter, modifiers, offset, limit }: Search) {
  return { spec: { mode, filter, modifiers }, text, vector: vectorOf(text), offset, limit };
}

const title = fc
  .array(fc.constantFrom('oak', 'lamp', 'red', 'sofa', 'desk'), { minLength: 1, maxLength: 4 })
  .map((words) => words.join(' '));
const document = fc.record({
  title: fc.oneof({ weight: 9, arbitrary: title }, { weight: 1, arbitrary: fc.constant('') }),
  sales: fc.integer({ min: 0, max: 3 }),
});
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
  it('answer to the bit, and in the same order, as the documents that count do when they are indexed anew', async () => {
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
          const anew = new Searcher(store);
          await anew.refresh();
          expect(often.view.documents).toBe(anew.view.documents);
          expect(often.view.sequence).toBe(once.view.sequence);
          const expected = await anew.answers(searches);
          expect(await often.answers(searches)).toEqual(expected);
          expect(await once.answers(searches)).toEqual(expected);
          expect(await often.answersAmongWeights(searches)).toEqual(expected);
          for (const [i, each] of searches.entries())
            expect(await often.answers([each])).toEqual([expected[i]]);
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

describe('a view', () => {
  const found = async (searches: readonly Partial<Search>[], products: readonly (Product | undefined)[]) => {
    const store = new PlainStore();
    for (const [i, product] of products.entries()) store.write(String(i), product);
    const searcher = new Searcher(store);
    await searcher.refresh();
    const whole = searches.map((each) => ({
      mode: 'vector' as const,
      text: 'oak',
      filter: undefined,
      modifiers: undefined,
      offset: 0,
      limit: 9,
      ...each,
    }));
    return (await searcher.answers(whole)) as ([string, number, string][] | string)[];
  };
  const ids = (answer: unknown) => (answer as [string][]).map(([each]) => each);

  it('finds a document without text by words or vectors never, and by a fusion not either', async () => {
    const products = [
      { title: '', sales: 1 },
      { title: 'oak', sales: 1 },
      { title: 'red lamp', sales: 1 },
    ];
    const modes = (['vector', 'lexical', 'hybrid'] as const).map((mode) => ({ mode }));
    expect((await found(modes, products)).map(ids)).toEqual([['1', '2'], ['1'], ['1', '2']]);
  });

  it('fails the queries whose filter or modifier is wrong, and no others', async () => {
    const products = [{ title: 'oak', sales: 1 }];
    const searches = [
      { filter: { field: 'price', atMost: 1 } },
      {},
      { modifiers: { add: [{ field: 'colour' }] } },
      { modifiers: { add: [{ field: 'words' }] } },
      { filter: { field: 'sales' } as unknown as Filter },
    ];
    const [price, right, colour, words, shape] = await found(searches, products);
    expect(price).toMatch(/attribute that documents have \(sales, words\), but received "price"/);
    expect(ids(right)).toEqual(['0']);
    expect(colour).toMatch(/"colour"/);
    expect(words).toMatch(/words to hold numbers/);
    expect(shape).toMatch(/Expected the filter to be/);
  });

  it('of nothing answers nothing', async () => {
    const modes = (['vector', 'lexical', 'hybrid'] as const).map((mode) => ({ mode }));
    expect(await found(modes, [undefined])).toEqual([[], [], []]);
    expect(await found([{ filter: { field: 'sales', atLeast: 0 } }], [undefined])).toEqual([[]]);
  });

  it('gives the page that offset and limit name, the same as the whole list cut', async () => {
    const products = Array.from({ length: 300 }, (_, i) => ({
      title: ['oak', 'oak lamp', 'red oak'][i % 3]!,
      sales: i,
    }));
    for (const mode of ['vector', 'lexical', 'hybrid'] as const) {
      for (const modifiers of [undefined, { add: [{ field: 'sales', weight: 0.001 }] }]) {
        const [whole] = await found([{ mode, modifiers, limit: 300 }], products);
        const [part] = await found([{ mode, modifiers, offset: 7, limit: 5 }], products);
        // A modifier sees the 200 best, or as many as are asked for.
        if (modifiers === undefined) expect(part).toEqual(whole!.slice(7, 12));
        expect(part).toHaveLength(5);
        expect(whole).toHaveLength(300);
      }
    }
  });
});
