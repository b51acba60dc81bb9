import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDataset } from '@attune/data';
import { Encoder } from '@attune/encode';
import { stemEnglish } from '@attune/indexes';
import { Catalogue, compareModels, judgedSets, tuneModel } from '@attune/tune';
import { afterAll, describe, expect, it } from 'vitest';
import { hasShared, sharedDir } from '../../shared-data.js';

const folder = mkdtempSync(join(tmpdir(), 'attune-homedepot-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!hasShared)(`the main job on Home Depot's products (needs ${sharedDir})`, () => {
  it('tunes the shipped base to NDCG@10 ≥ 0.32 and Recall@100 ≥ 0.75, and fused with BM25 to ≥ 0.395 and ≥ 0.78', async () => {
    const dataset = await readDataset(join(sharedDir, 'data/products/homedepot'), { stem: stemEnglish });
    const out = join(folder, 'tuned');
    const tuning = await tuneModel({ dataset, tier: 'static', out });
    const { report } = await compareModels({
      name: 'homedepot',
      catalogue: new Catalogue(dataset.documents),
      sets: judgedSets(dataset),
      model: await Encoder.load(out),
      base: await Encoder.load(tuning.base.path),
      against: ['bm25', 'base', 'hybrid'],
      choices: tuning.choices,
    });
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
  }, 600_000);
});
