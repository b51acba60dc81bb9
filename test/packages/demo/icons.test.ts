import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildIconDataset,
  type IconDatasetSummary,
  installIconPackages,
  openIconPictures,
} from '@attune/demo';
import { AttuneError } from '@attune/errors';
import { LexicalIndex } from '@attune/indexes';
import { AttributeTable } from '@attune/search';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Icon } from '../../../packages/demo/src/icons/icon.js';
import { IconJudge } from '../../../packages/demo/src/icons/judge.js';
import { english } from '../../../packages/demo/src/icons/languages/english.js';
import { collectQueries, groupQueries } from '../../../packages/demo/src/icons/queries.js';

interface DocumentLine {
  product_id: string;
  title: string;
  class: string;
  set: string;
}
interface QueryLine {
  query_id: string;
  query: string;
  part: 'train' | 'dev' | 'test';
  filter?: { set: string };
}
interface LogLine {
  query_id: string;
  query: string;
  product_id: string;
  title: string;
  score: number;
}

let folder: string;
let packagesFolder: string;
let summary: IconDatasetSummary;
const lines = async (...path: string[]) =>
  (await readFile(join(folder, ...path), 'utf8')).trimEnd().split('\n');
const rows = async <T>(...path: string[]) => (await lines(...path)).map((line) => JSON.parse(line) as T);
const qrels = async (slice: string) => {
  const relevant = new Map<string, Set<string>>();
  for (const line of await lines('clean', `${slice}.qrels`)) {
    const [query, zero, id, grade] = line.split(' ') as [string, string, string, string];
    expect([zero, grade]).toEqual(['0', '1']);
    if (!relevant.has(query)) relevant.set(query, new Set());
    relevant.get(query)!.add(id);
  }
  return relevant;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attune-icons-'));
  ({ packagesFolder } = await installIconPackages());
  summary = await buildIconDataset(packagesFolder, join(folder, 'clean'));
}, 180_000);
afterAll(() => rm(folder, { recursive: true }));

describe('the icon dataset', () => {
  it('has the documents, queries and pairs that the packages hold', () => {
    // Against the experiment's 16,243 documents, 88,128 pairs, 17,124 queries, 4,366 aliases dropped, 10,430 groups, the
    // largest 15; 8,871 / 1,876 / 1,942 queries, 58,112 training pairs, 2,721 and 2,770 instances. Its stop words, its test
    // for code points and its hash are not known, so the counts behind them differ by a few in a hundred.
    expect(summary).toMatchObject({
      documents: 16_243,
      cleaning: { pairs: 88_245, queries: 17_241, aliasesOfVariants: 4366 },
      largestGroup: 15,
    });
    const near = (count: number, experiment: number, share: number) =>
      expect(Math.abs(count / experiment - 1), `${count} against ${experiment}`).toBeLessThan(share);
    near(summary.groups, 10_430, 0.01);
    near(summary.parts.train.queries, 8871, 0.02);
    near(summary.parts.dev.queries, 1876, 0.02);
    near(summary.parts.test.queries, 1942, 0.04);
    near(summary.parts.train.pairs, 58_112, 0.01);
    near(summary.slices.dev.instances, 2721, 0.03);
    near(summary.slices.test.instances, 2770, 0.03);
    near(summary.slices['test-novel'].instances, summary.slices.test.instances / 2, 0.12);
  });

  it('writes what it says, every id known and every judged icon of the set that is asked', async () => {
    const documents = await rows<DocumentLine>('clean', 'corpus.jsonl');
    const queries = await rows<QueryLine>('clean', 'queries.jsonl');
    const log = await rows<LogLine>('clean', 'train.jsonl');
    const setOf = new Map(documents.map(({ product_id: id, set }) => [id, set]));
    expect(setOf.size).toBe(16_243);
    expect(log).toHaveLength(summary.parts.train.pairs);
    expect(log.every(({ product_id: id, score }) => setOf.has(id) && score >= 0.5 && score <= 1)).toBe(true);

    const queryOf = new Map(queries.map((query) => [query.query_id, query]));
    expect(queryOf.size).toBe(queries.length);
    expect(log.every(({ query_id: id, query }) => queryOf.get(id)?.query === query)).toBe(true);
    for (const slice of ['dev', 'test', 'test-novel'] as const) {
      const judged = await qrels(slice);
      expect(judged.size).toBe(summary.slices[slice].instances);
      for (const [id, relevant] of judged) {
        const { part, filter } = queryOf.get(id)!;
        expect(part).toBe(slice === 'dev' ? 'dev' : 'test');
        for (const icon of relevant) expect(setOf.get(icon)).toBe(filter?.set);
      }
    }
  });

  it('gives pairs of one text one weight', async () => {
    const weights = new Map<string, number>();
    for (const { query, title, score } of await rows<LogLine>('clean', 'train.jsonl')) {
      const pair = `${query} → ${title}`;
      expect(score, pair).toBe(weights.get(pair) ?? score);
      weights.set(pair, score);
    }
    expect(new Set(weights.values()).size).toBeGreaterThan(5);
  });

  it('leaves no twin of a training query in dev or test: by stems, by letters', async () => {
    const queries = await rows<QueryLine>('clean', 'queries.jsonl');
    const stems = (text: string) => [...english.stems(text)].sort().join(' ') || text;
    const letters = (text: string) => text.replaceAll(/[^\p{L}\p{N}]/gu, '');
    for (const key of [stems, letters]) {
      const parts = new Map<string, Set<string>>();
      for (const { query, part } of queries)
        parts.set(key(query), (parts.get(key(query)) ?? new Set()).add(part));
      expect([...parts].filter(([, in_]) => in_.size > 1)).toEqual([]);
    }
  });

  it('calls novel only test queries none of whose stems was trained on', async () => {
    const queries = await rows<QueryLine>('clean', 'queries.jsonl');
    const trained = new Set(
      queries.filter(({ part }) => part === 'train').flatMap(({ query }) => [...english.stems(query)]),
    );
    const novel = await qrels('test-novel');
    for (const { query_id: id, query, part } of queries) {
      if (part !== 'test') continue;
      expect(novel.has(id), query).toBe([...english.stems(query)].every((stem) => !trained.has(stem)));
    }
  });

  it('is as hard for BM25 as the experiment found: 0.204 / 0.228 with stems', async () => {
    const documents = await rows<DocumentLine>('clean', 'corpus.jsonl');
    const queries = (await rows<QueryLine>('clean', 'queries.jsonl')).filter(({ part }) => part === 'test');
    const relevant = await qrels('test');
    const sets = AttributeTable.of(documents.map(({ set }) => ({ set })));
    const index = LexicalIndex.build({
      texts: documents.map(({ title, class: category }) => `${title} ${category}`),
    });
    const hits = index.searchBatch(
      await Promise.all(
        queries.map(async ({ query, filter }) => ({
          text: query,
          allowed: await sets.rowsOf({ field: 'set', equals: filter!.set }),
        })),
      ),
      { k: 100 },
    );
    let ndcg = 0;
    let recall = 0;
    for (const [i, { query_id: id }] of queries.entries()) {
      const right = relevant.get(id)!;
      const found = [...hits.rows.subarray(i * 100, (i + 1) * 100)].map((row) =>
        right.has(documents[row]?.product_id ?? ''),
      );
      const gain = (rank: number) => 1 / Math.log2(rank + 2);
      let best = 0;
      for (let rank = 0; rank < Math.min(10, right.size); ++rank) best += gain(rank);
      ndcg += found.slice(0, 10).reduce((sum, is, rank) => sum + (is ? gain(rank) : 0), 0) / best;
      recall += found.filter(Boolean).length / right.size;
    }
    expect(ndcg / queries.length).toBeGreaterThan(0.18);
    expect(ndcg / queries.length).toBeLessThan(0.225);
    expect(recall / queries.length).toBeGreaterThan(0.205);
    expect(recall / queries.length).toBeLessThan(0.25);
  });

  it('finds the picture of every document', async () => {
    const pictureOf = openIconPictures(packagesFolder);
    for (const { product_id: id, set } of await rows<DocumentLine>('clean', 'corpus.jsonl')) {
      const picture = pictureOf(id);
      if (set === 'emoji') expect(picture?.kind, id).toBe('text');
      else expect(picture?.kind === 'svg' && /<svg[\s\S]*<\/svg>$/.test(picture.svg), id).toBe(true);
    }
    for (const id of ['mdi/no-such-icon', 'mdi/../../package', 'other/home', 'home', ''])
      expect(pictureOf(id)).toBeUndefined();
  });
});

describe('the dirt that the demo puts into its log', () => {
  it('is additional: without the lines it names, the log is the clean one', async () => {
    const { injected } = await buildIconDataset(packagesFolder, join(folder, 'dirty'), {
      dirt: true,
      seed: 3,
    });
    const dirty = await lines('dirty', 'train.jsonl');
    const named = new Set(injected.map(({ line }) => line));
    expect(named.size).toBe(14 * 12);
    expect(dirty.filter((_, i) => !named.has(i + 1))).toEqual(await lines('clean', 'train.jsonl'));

    for (const { line, code } of injected) {
      const text = dirty[line - 1]!;
      if (code === 'UNREADABLE_ROW') expect(() => JSON.parse(text)).toThrow(SyntaxError);
      if (code === 'MOJIBAKE') expect(text).toMatch(/cafÃ©/);
      if (code === 'NEGATIVE_WEIGHT') expect((JSON.parse(text) as LogLine).score).toBeLessThan(0);
      if (code === 'REPEATED_PAIR') expect(dirty.slice(0, line - 1)).toContain(text);
      if (code === 'LEAK_PAIR') {
        const { query_id: id, product_id: icon } = JSON.parse(text) as LogLine;
        expect(await lines('dirty', 'test.qrels')).toContain(`${id} 0 ${icon} 1`);
      }
    }
  });

  it('is the same for the same seed and another for another', async () => {
    const build = async (name: string, seed: number) => {
      const { injected } = await buildIconDataset(packagesFolder, join(folder, name), { dirt: true, seed });
      return { injected, log: await lines(name, 'train.jsonl') };
    };
    const first = await build('first', 5);
    expect(await build('again', 5)).toEqual(first);
    expect((await build('other', 6)).injected).not.toEqual(first.injected);
  });
});

describe('cleaning, grouping and judging', () => {
  const icon = (id: string, title: string, tags: unknown[], base?: Icon['base']): Icon => {
    const [set = ''] = id.split('/');
    return { id, title, category: '', set, tags, base };
  };
  const collect = (icons: Icon[]) => collectQueries(icons, english);

  it('drops what asks for nothing', () => {
    const { queries, counts } = collect([
      icon('emoji/smile', 'smile', [
        null,
        'null',
        ':)',
        'x',
        'of the',
        '1f600',
        'shit',
        'Smile',
        'big-grin',
        'Big grin',
        24,
      ]),
      icon('mdi/home-variant', 'home variant', ['house variant'], { id: 'B', isBase: false }),
    ]);
    expect(queries.map(({ text }) => text)).toEqual(['24', 'big grin']);
    expect(queries[1]!.tagged.map(({ rank }) => rank)).toEqual([9]);
    expect(counts).toMatchObject({ meaningless: 5, offensive: 1, aliasesOfVariants: 1 });
  });

  it('keeps queries together that share stems, letters or a base icon', () => {
    const { queries } = collect([
      icon('tabler/trash', 'trash', ['trash cans', 'trash can outline', 'trashcan', 'trash can', 'bin']),
      icon('mdi/delete', 'delete', ['remove', 'garbage'], { id: 'D', isBase: true }),
    ]);
    const groups = groupQueries(queries, english).map((group) => group.map(({ text }) => text).sort());
    expect(groups.sort()).toEqual(
      [['bin'], ['garbage', 'remove'], ['trash can', 'trash can outline', 'trash cans', 'trashcan']].sort(),
    );
  });

  it('calls right what is tagged, titled as the query, titled as one tagged elsewhere, or a variant', () => {
    const icons = [
      icon('lucide/bin', 'bin', ['trash']),
      icon('lucide/trash', 'trash', []),
      icon('mdi/bin', 'bin', []),
      icon('mdi/delete', 'delete', ['trash']),
      icon('mdi/delete-outline', 'delete outline', []),
      icon('tabler/trash', 'trash', []),
    ];
    const query = collect(icons).queries[0]!;
    const right = new IconJudge(icons, english)
      .instances(query)
      .map(({ set, relevant }) => [set, relevant.map(({ id }) => id)]);
    expect(right).toEqual([
      ['lucide', ['lucide/bin', 'lucide/trash']],
      ['mdi', ['mdi/bin', 'mdi/delete', 'mdi/delete-outline']],
    ]);
  });
});

describe('installing the icon packages', () => {
  it('does nothing when they are there', async () => {
    expect(await installIconPackages()).toEqual({ packagesFolder, installed: false });
    expect(existsSync(join(packagesFolder, '@tabler', 'icons', 'icons.json'))).toBe(true);
  });

  it('says what failed when there is no npm, or no folder to write to', async () => {
    vi.stubEnv('PATH', join(folder, 'nothing-here'));
    const failure = await installIconPackages({ folder: join(folder, 'empty') }).catch(
      (error: unknown) => error,
    );
    vi.unstubAllEnvs();
    expect(failure).toBeInstanceOf(AttuneError);
    expect((failure as AttuneError).code).toBe('UNAVAILABLE');
    expect((failure as AttuneError).message).toMatch(
      /lucide-static@1\.62\.0.*could not be installed.*ENOENT/s,
    );

    await writeFile(join(folder, 'a-file'), '');
    await expect(installIconPackages({ folder: join(folder, 'a-file', 'below') })).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
      message: expect.stringMatching(/a-file.*ENOTDIR/s),
    });
  });

  it('says which file is missing when the packages are not whole', async () => {
    await expect(buildIconDataset(join(folder, 'empty'), join(folder, 'none'))).rejects.toThrow(
      /Expected the icon packages/,
    );
  });
});
