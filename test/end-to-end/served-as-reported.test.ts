/** What a report says of a model is what its index and its collection serve: NDCG@10 in every mode, to the fourth digit. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type SearchRequest } from '@attune/client';
import { type ReadDataset, readDataset, writeDataset } from '@attune/data';
import { type EvaluationReport, evaluateRun } from '@attune/evaluate';
import { stemForLanguage } from '@attune/indexes';
import type { LexicalSettings, SearchMode } from '@attune/search';
import { filterOf, type JudgedSet, judgedSets } from '@attune/tune';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSmallBase } from '../packages/tune/small-shop.js';
import { attune, attuneServe, type RunningServer } from './command.js';
import { madeCatalogue } from './made-catalogue.js';

const folder = mkdtempSync(join(tmpdir(), 'attune-served-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [data, tuned, index] = ['dataset', 'tuned', 'index'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];

const modes: readonly SearchMode[] = ['lexical', 'vector', 'hybrid'];
const legOf = { lexical: 'bm25', vector: 'tuned', hybrid: 'hybrid' } as const;
const usual = {
  analyser: 'english',
  cut: 'characters+pairs',
  k1: 0.9,
  b: 0.4,
  fields: [],
  fusionWeight: 0.7,
};

let dataset: ReadDataset;
let set: JudgedSet;
let report: EvaluationReport;
let carried: LexicalSettings;

async function ran(...args: string[]): Promise<string> {
  const { code, out, err } = await attune(args);
  expect(code, err).toBe(0);
  return out;
}

const reported = (mode: SearchMode) =>
  report.main.legs.find(({ name }) => name === legOf[mode])!.metrics['ndcg@10']!.mean!.toFixed(4);

/** NDCG@10 of the reported queries, asked one by one with their filters, four at a time. */
async function ndcgOf(ask: (query: JudgedSet['queries'][number]) => Promise<string[]>): Promise<string> {
  const rankings = set.queries.map(({ id }) => ({
    queryId: id,
    documentIds: [] as string[],
    scores: Float32Array.of(),
  }));
  const turns = set.queries.entries();
  const asking = async () => {
    for (const [i, query] of turns) {
      const documentIds = await ask(query);
      rankings[i] = {
        queryId: query.id,
        documentIds,
        scores: Float32Array.from(documentIds, (_, rank) => -rank),
      };
    }
  };
  await Promise.all(Array.from({ length: 4 }, asking));
  const { values } = evaluateRun(set.judgments, rankings, { metrics: ['ndcg@10'] });
  const defined = values.get('ndcg@10')!.filter((value) => !Number.isNaN(value));
  return (defined.reduce((sum, value) => sum + value, 0) / defined.length).toFixed(4);
}

beforeAll(async () => {
  const base = await writeSmallBase(join(folder, 'base'));
  await writeDataset(data, madeCatalogue());
  // The small base knows less than half of the made words.
  await ran('train', data, '--model', base, '--out', tuned, '--seed', '3', '--anyway');
  report = JSON.parse(await ran('eval', data, '--model', tuned, '--json')) as EvaluationReport;
  const shown = JSON.parse(await ran('models', 'show', tuned, '--json')) as {
    search: { settings: LexicalSettings };
  };
  carried = shown.search.settings;
  dataset = await readDataset(data, { stemFor: stemForLanguage });
  set = judgedSets(dataset).main;
}, 300_000);

describe('what is reported', () => {
  it('is of settings that the model carries, and other ones than the usual', () => {
    const { analyser, fields, fusionWeight } = carried;
    expect([analyser, fields, fusionWeight]).not.toContainEqual(usual.analyser);
    expect(fields).toEqual(['title']);
    expect(fusionWeight).not.toBe(usual.fusionWeight);
    expect(report.choices.map(({ what }) => what)).toEqual(['BM25', 'fusion weight']);
    expect(report.choices.map(({ on }) => on)).toEqual(['dev', 'dev']);
    expect(report.main.name).toBe('test');
    expect(report.notes.filter((note) => !note.startsWith('The vocabulary of'))).toEqual([]);
    // Words, vectors and both answer differently, so that no mode can stand in for another.
    expect(new Set(modes.map(reported)).size).toBe(3);
    expect(set.queries.some(({ filter }) => Object.keys(filter ?? {}).length > 0)).toBe(true);
  });
});

describe('attune index and attune search', () => {
  beforeAll(async () => {
    await ran('index', data, '--model', tuned, '--out', index);
  });

  const search = (place: string, mode: SearchMode) =>
    ndcgOf(async ({ text, filter }) => {
      const filters = Object.entries(filter ?? {}).flatMap(([field, value]) => [
        '--filter',
        `${field}=${value}`,
      ]);
      const out = await ran('search', place, text, '--mode', mode, '-k', '10', '--json', ...filters);
      return (JSON.parse(out) as { hits: { id: string }[] }).hits.map(({ id }) => id);
    });

  it.each(modes)(
    'find in mode %s what was reported',
    async (mode) => {
      expect(await search(index, mode)).toBe(reported(mode));
    },
    300_000,
  );

  it('go by settings that are named instead', async () => {
    const other = join(folder, 'other-index');
    const { lexical } = JSON.parse(
      await ran(
        'index',
        data,
        '--model',
        tuned,
        '--out',
        other,
        '--k1',
        '1.5',
        '--fusion-weight',
        '0',
        '--json',
      ),
    ) as { lexical: LexicalSettings };
    expect(lexical).toEqual({ ...carried, k1: 1.5, fusionWeight: 0 });
  }, 300_000);
});

describe('a server', () => {
  let server: RunningServer;
  let client: ReturnType<typeof createClient>;
  beforeAll(async () => {
    const place = join(folder, 'data');
    await ran('models', 'import', place, 'tuned', tuned);
    await ran('models', 'import', place, 'base', join(folder, 'base'));
    server = await attuneServe([place, '--log-level', 'error']);
    client = createClient({ url: server.url });
  }, 300_000);
  afterAll(async () => {
    await server?.stop();
  });

  async function fill(name: string): Promise<void> {
    const documents = dataset.documents.map(({ id, fields, attributes }) => ({ id, fields, attributes }));
    for await (const { error } of client.documents.write(name, documents, { refresh: 'wait' }))
      expect(error).toBeUndefined();
  }
  const served = async (name: string) => {
    const figures: Partial<Record<SearchMode, string>> = {};
    for (const mode of modes) {
      figures[mode] = await ndcgOf(async ({ text, filter }) => {
        const conditions = filterOf(filter);
        const request = { text, mode, limit: 10, record: false, ...(conditions && { filter: conditions }) };
        const { hits } = await client.search(name, request as SearchRequest);
        return hits.map(({ id }) => id);
      });
    }
    return figures;
  };
  const figuresReported = () => Object.fromEntries(modes.map((mode) => [mode, reported(mode)]));

  it('shows what a model carries, and by what it was chosen', async () => {
    const { search } = await client.models.get('tuned');
    expect(search).toMatchObject({ settings: carried, choices: [{ what: 'BM25', on: 'dev' }, {}] });
    expect((await client.models.get('base')).search).toBeNull();
    const told = await ran('models', 'show', 'tuned', '--url', server.url);
    expect(told).toContain(`${carried.analyser}, k1 ${carried.k1}, b ${carried.b}, title`);
    expect(told).toContain(`fusion weight ${carried.fusionWeight}`);
  });

  it('serves what was reported by a new collection of the model', async () => {
    await client.collections.create({ name: 'new', bundle: 'tuned' });
    await fill('new');
    expect(await served('new')).toEqual(figuresReported());
  }, 300_000);

  it('serves it after a promotion by hand, and the settings of before after a roll back', async () => {
    await client.collections.create({ name: 'promoted', bundle: 'base' });
    await fill('promoted');
    const before = await served('promoted');
    await client.collections.promote('promoted', 'tuned');
    expect(await served('promoted')).toEqual(figuresReported());
    const { lexical, reason } = await client.collections.rollBack('promoted');
    expect({ lexical, reason }).toEqual({ lexical: usual, reason: 'rollback' });
    expect(await served('promoted')).toEqual(before);
  }, 300_000);

  it('keeps what was given for a collection, which serves other figures', async () => {
    await client.collections.create({ name: 'given', bundle: 'tuned', lexical: usual });
    await fill('given');
    const { lexical, hybrid, vector } = await served('given');
    expect(vector).toBe(reported('vector'));
    expect(lexical).not.toBe(reported('lexical'));
    expect(hybrid).not.toBe(reported('hybrid'));
  }, 300_000);
});
