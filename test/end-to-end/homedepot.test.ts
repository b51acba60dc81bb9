import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type SearchRequest } from '@attune/client';
import { hash53, type ReadDataset, readDataset } from '@attune/data';
import { Encoder } from '@attune/encode';
import { evaluateRun } from '@attune/evaluate';
import { stemForLanguage } from '@attune/indexes';
import { judgeGolden } from '@attune/loop';
import type { Filter, ScoreModifiers } from '@attune/schema';
import type { RankedRows, SearchMode } from '@attune/search';
import {
  Catalogue,
  type CompareResult,
  compareModels,
  DocumentIndex,
  type JudgedSet,
  judgedSets,
  tuneModel,
} from '@attune/tune';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasShared, sharedDir } from '../shared-data.js';
import { attune, attuneServe, type RunningServer } from './command.js';

const folder = mkdtempSync(join(tmpdir(), 'attune-homedepot-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const bundle = join(folder, 'tuned');
const indexFolder = join(folder, 'index');

let dataset: ReadDataset;
let catalogue: Catalogue;
let comparison: CompareResult;

/** Products with a brand and a price, so that there is something to filter and rank by. */
function withAttributes(products: ReadDataset): ReadDataset {
  const documents = products.documents.map((document) => ({
    ...document,
    attributes: {
      ...document.attributes,
      brand: document.fields['title']!.split(' ')[0]!.toLowerCase(),
      price: hash53(document.id, 1) % 200,
    },
  }));
  return { ...products, documents };
}

describe.skipIf(!hasShared)(`the main job on Home Depot's products (needs ${sharedDir})`, () => {
  beforeAll(async () => {
    dataset = withAttributes(
      await readDataset(join(sharedDir, 'data/products/homedepot'), { stemFor: stemForLanguage }),
    );
    catalogue = new Catalogue(dataset.documents);
    const tuning = await tuneModel({ dataset, tier: 'static', out: bundle });
    comparison = await compareModels({
      name: 'homedepot',
      catalogue,
      sets: judgedSets(dataset),
      model: await Encoder.load(bundle),
      base: await Encoder.load(tuning.base.path),
      against: ['bm25', 'base', 'hybrid'],
      choices: tuning.choices,
    });
  }, 600_000);

  it('tunes the shipped base to NDCG@10 ≥ 0.32 and Recall@100 ≥ 0.75, and fused with BM25 to ≥ 0.395 and ≥ 0.78', () => {
    const { report } = comparison;
    expect(report.main.name).toBe('reporting half of dev');
    const [bm25, base, tuned, hybrid] = report.main.legs.map(({ name, metrics }) => ({
      name,
      ndcg: metrics['ndcg@10']!.mean!,
      recall: metrics['recall@100']!.mean!,
    }));
    const figures = JSON.stringify([bm25, base, tuned, hybrid]);
    expect(tuned!.ndcg, figures).toBeGreaterThanOrEqual(0.32);
    expect(tuned!.recall, figures).toBeGreaterThanOrEqual(0.75);
    expect(hybrid!.ndcg, figures).toBeGreaterThanOrEqual(0.395);
    expect(hybrid!.recall, figures).toBeGreaterThanOrEqual(0.78);
    for (const metric of ['ndcg', 'recall'] as const) {
      expect(tuned![metric], figures).toBeGreaterThan(base![metric]);
      expect(hybrid![metric], figures).toBeGreaterThan(Math.max(bm25![metric], tuned![metric]));
    }
    expect(report.verdict.decision).toBe('better');
  });

  describe('what was judged, the index of it, and a server', () => {
    let index: DocumentIndex;
    let server: RunningServer;
    let client: ReturnType<typeof createClient>;
    let set: JudgedSet;

    beforeAll(async () => {
      set = judgedSets(dataset).main;
      await DocumentIndex.build({
        documents: dataset.documents,
        encoder: comparison.model.encoder,
        vectors: comparison.vectors,
        lexical: comparison.model.lexical,
        out: indexFolder,
      });
      index = await DocumentIndex.open(indexFolder);
      const data = join(folder, 'data');
      const imported = await attune(['models', 'import', data, 'tuned', bundle]);
      expect(imported.code, imported.err).toBe(0);
      server = await attuneServe([data, '--log-level', 'error']);
      client = createClient({ url: server.url });
      await client.collections.create({
        name: 'products',
        bundle: 'tuned',
        lexical: { ...comparison.model.lexical },
      });
      const documents = dataset.documents.map(({ id, fields, attributes }) => ({ id, fields, attributes }));
      for await (const { error } of client.documents.write('products', documents, { refresh: 'wait' }))
        expect(error).toBeUndefined();
    }, 600_000);
    afterAll(async () => {
      await server?.stop();
    });

    interface Asking {
      mode: SearchMode;
      limit: number;
      filter?: Filter;
      modifiers?: ScoreModifiers;
    }

    const hitsOf = ({ rows, scores }: RankedRows) =>
      Array.from(rows, (row, i) => [catalogue.ids[row]!, scores[i]!]);
    const ofServer = async ({ limit, ...how }: Asking) => {
      const answers: [string, number][][] = [];
      const turns = set.queries.entries();
      const ask = async () => {
        for (const [i, { text }] of turns) {
          const request = { ...how, text, limit, record: false } as SearchRequest;
          const { hits } = await client.search('products', request);
          answers[i] = hits.map(({ id, score }) => [id, score]);
        }
      };
      await Promise.all(Array.from({ length: 32 }, ask));
      return answers;
    };

    const cheap: Asking['filter'] = {
      and: [{ field: 'price', atMost: 60 }, { not: { field: 'brand', in: ['the', 'hampton'] } }],
    };
    const boosted: ScoreModifiers = {
      multiplyBy: [{ field: 'price', weight: 0.3, log: true }],
      add: [{ field: 'price', weight: 0.01 }],
    };
    it.each<Asking & { by: string }>(
      (['vector', 'lexical', 'hybrid'] as const).flatMap((mode) => [
        { by: `${mode}, 10`, mode, limit: 10 },
        { by: `${mode}, 10, filtered`, mode, limit: 10, filter: cheap },
        { by: `${mode}, 10, modified`, mode, limit: 10, modifiers: boosted },
        { by: `${mode}, 100`, mode, limit: 100 },
        { by: `${mode}, 100, filtered and modified`, mode, limit: 100, filter: cheap, modifiers: boosted },
      ]),
    )(
      'answer every judged query with the same documents, in the same order, with the same scores: $by',
      async ({ by: _, ...asking }) => {
        const { mode, limit, filter, modifiers } = asking;
        const asked = set.queries.map(({ text }) => ({ text, filter, modifiers }));
        const judged = (await comparison.model.search(asked, { mode, limit })).map(hitsOf);
        expect(judged.filter((hits) => hits.length === limit).length).toBeGreaterThan(600);
        expect((await index.searcher.search(asked, { mode, limit })).map(hitsOf)).toEqual(judged);
        expect(await ofServer(asking)).toEqual(judged);
      },
      120_000,
    );

    it('are what the report was made of', async () => {
      const modes = { bm25: 'lexical', tuned: 'vector', hybrid: 'hybrid' } as const;
      for (const [name, mode] of Object.entries(modes)) {
        const { rankings } = comparison.legs.find((leg) => leg.name === name)!;
        const asked = set.queries.map(({ text }) => ({ text }));
        const served = (await index.searcher.search(asked, { mode, limit: 100 })).map(hitsOf);
        expect(rankings.map(({ documentIds }) => documentIds)).toEqual(
          served.map((hits) => hits.map(([id]) => id)),
        );
      }
    });

    it('are what the gate decides on', async () => {
      const { candidate, serving } = await judgeGolden(set, catalogue, {
        candidate: comparison.model,
        serving: index.searcher,
      });
      const answers = await ofServer({ mode: 'hybrid', limit: 10 });
      const rankings = set.queries.map(({ id }, i) => ({
        queryId: id,
        documentIds: answers[i]!.map(([document]) => document),
        // Equal scores, too, are judged in the order in which they are served.
        scores: answers[i]!.map((_, rank) => -rank),
      }));
      const { values } = evaluateRun(set.judgments, rankings, { metrics: ['ndcg@10'] });
      const served = values.get('ndcg@10')!.filter((value) => !Number.isNaN(value));
      expect(candidate).toEqual(served);
      expect(serving).toEqual(served);
    });

    it('are what the command prints', async () => {
      for (const { text } of set.queries.slice(0, 2)) {
        for (const limit of [10, 100]) {
          const args = ['search', indexFolder, text, '-k', String(limit), '--filter', 'brand=behr'];
          const { out, err, code } = await attune([...args, '--boost', 'price=0.02', '--json']);
          expect(code, err).toBe(0);
          const { hits } = JSON.parse(out) as { hits: { id: string; score: number }[] };
          const { hits: served } = await client.search('products', {
            text,
            limit,
            filter: { field: 'brand', equals: 'behr' },
            modifiers: { add: [{ field: 'price', weight: 0.02, log: true }] },
            record: false,
          });
          expect(hits.length).toBe(limit);
          expect(hits.map(({ id, score }) => [id, score])).toEqual(
            served.map(({ id, score }) => [id, score]),
          );
        }
      }
    }, 120_000);
  });
});
