import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDataset } from '@attune/data';
import { type MainJobOptions, type MainJobStep, runMainJob } from '@attune/tune';
import { beforeAll, describe, expect, it } from 'vitest';
import { smallShop, temporaryFolder, writeSmallBase } from './small-shop.js';

const folder = temporaryFolder();
const data = join(folder, 'data');
let base: string;

beforeAll(async () => {
  base = await writeSmallBase(join(folder, 'base'));
  await writeDataset(data, smallShop(['dev']));
});

const job = (name: string, more: Partial<MainJobOptions> = {}) =>
  runMainJob({
    data,
    out: join(folder, name),
    base,
    seed: 1,
    acceptErrors: true,
    few: true,
    keepPerQuery: true,
    ...more,
  });
const weights = (name: string) => readFileSync(join(folder, name, 'tuned', 'model.safetensors'));

describe('runMainJob', () => {
  it('validates, tunes, compares and indexes, and writes each of it', async () => {
    const steps = new Set<MainJobStep>();
    const result = await job('whole', { onStep: (step) => steps.add(step) });
    expect([...steps]).toEqual(['validate', 'train', 'evaluate', 'index']);
    for (const file of [
      'validation.json',
      'tuning.json',
      'tuned/attune.json',
      'evaluation.json',
      'index/manifest.json',
    ]) {
      expect(existsSync(join(folder, 'whole', file)), file).toBe(true);
    }
    const { report } = result.comparison;
    expect(JSON.parse(readFileSync(join(folder, 'whole', 'evaluation.json'), 'utf8'))).toMatchObject({
      schema: 'attune.evaluation/1',
      verdict: { ...report.verdict },
    });
    expect(['better', 'worse', 'no decision']).toContain(report.verdict.decision);
    expect(report.verdict.reason).not.toBe('');
    expect(report.verdict.advice!.sentence).toMatch(/^Serve /);
    expect(report.main.legs.map(({ name }) => name)).toContain(report.verdict.advice!.leg);
    expect(report.choices.map(({ what }) => what)).toEqual([
      'preparation of texts',
      'epochs',
      'BM25',
      'fusion weight',
    ]);
    const [hit] = await result.index.search('couch light', { limit: 1 });
    expect(hit!.id).toMatch(/^item-/);
  });

  it('reports no query that anything was chosen on', async () => {
    const { comparison, dataset } = await job('whole');
    const { queryIds } = comparison.report.main.perQuery!;
    const texts = new Map(dataset.queries.map(({ id, text }) => [id, text]));
    const { halfOf } = await import('@attune/evaluate');
    expect(queryIds.length).toBeGreaterThan(0);
    expect(queryIds.filter((id) => halfOf(texts.get(id)!) === 'choosing')).toEqual([]);
    expect(comparison.report.choices.every(({ on }) => on === 'choosing half of dev')).toBe(true);
  });

  it('does not train again what an earlier run with the same data and options has trained', async () => {
    let trained = 0;
    await job('whole', { onTraining: () => trained++ });
    expect(trained).toBe(0);
    await job('whole', { seed: 2, onTraining: () => trained++ });
    expect(trained).toBeGreaterThan(0);
  });

  it('goes on after a stop in the middle of training, to the same model', async () => {
    const controller = new AbortController();
    const onTraining = ({ epoch }: { epoch: number }) => epoch === 2 && controller.abort();
    await expect(job('stopped', { signal: controller.signal, onTraining })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(existsSync(join(folder, 'stopped', 'tuned'))).toBe(false);
    await job('stopped');
    await job('reference');
    expect(weights('stopped').equals(weights('reference'))).toBe(true);
  });

  it('stops at data with errors unless they are accepted, and says which', async () => {
    const { writeFileSync } = await import('node:fs');
    const log = join(folder, 'bad.csv');
    writeFileSync(log, 'query,product_id,title,score\nlight,1,lamp,-1\ncouch,2,sofa,much\n');
    await expect(job('bad', { data: log, acceptErrors: false })).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: expect.stringMatching(/WEIGHT/),
    });
    expect(JSON.parse(readFileSync(join(folder, 'bad', 'validation.json'), 'utf8'))).toMatchObject({
      verdict: 'fail',
    });
  });
});
