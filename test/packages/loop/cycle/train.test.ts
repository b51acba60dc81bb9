import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBundle, writeTransformerBundle } from '@attune/encode';
import { tiers } from '@attune/tune';
import { beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../../../../packages/loop/src/cycle/collect.js';
import { openCycle } from '../../../../packages/loop/src/cycle/cycle.js';
import { train } from '../../../../packages/loop/src/cycle/train.js';
import { validate } from '../../../../packages/loop/src/cycle/validate.js';
import { writeShopTransformer } from '../../tune/shop-transformer.js';
import { type CycleLab, folder, openLab } from './cycle-lab.js';

let lab: CycleLab;
beforeAll(async () => {
  lab = await openLab(1500);
});

async function prepared(name: string, more: Parameters<CycleLab['optionsOf']>[1] = {}) {
  const cycle = await openCycle(lab.optionsOf(name, more));
  return { cycle, dataset: await validate(cycle, await collect(cycle)) };
}

describe('training', () => {
  it('trains on from what is in service, and gives the candidate', async () => {
    const { cycle, dataset } = await prepared('trained');
    const { encoder, goldenVectors } = await train(cycle, dataset);
    const bundle = await readBundle(cycle.options.candidate);
    expect(encoder!.fingerprint).toBe(bundle.fingerprint);
    const manifest = JSON.parse(readFileSync(join(cycle.options.candidate, 'attune.json'), 'utf8'));
    expect(manifest.lineage.base).toBe(cycle.servingBundle.fingerprint);
    expect(goldenVectors.match).toBe(true);
    expect(cycle.record.tuning).toMatchObject({ pairs: dataset.interactions.length, choices: [] });
  });

  it('trains a whole transformer on where it was tuned as a whole', async () => {
    const base = await readBundle(writeShopTransformer(join(folder, 'shop-transformer')));
    const bundle = join(folder, 'tuned-transformer');
    const lineage = { recipe: { tier: 'transformer', temperature: 0.07 } };
    await writeTransformerBundle({ path: bundle, base, tensors: {}, lineage });
    const serving = { ...lab.optionsOf('x').serving, bundle };
    const { cycle, dataset } = await prepared('transformer', { serving });
    const { encoder } = await train(cycle, dataset);
    expect(encoder!.bundle.kind).toBe('transformer');
    expect(cycle.record.tuning!.recipe).toMatchObject({
      tier: 'transformer',
      temperature: 0.07,
      ...tiers.transformer.continual,
    });
    expect(encoder!.bundle.digests.weights).not.toBe(cycle.servingBundle.digests.weights);
    expect(encoder!.bundle.digests.modules).toBe(cycle.servingBundle.digests.modules);
  });

  it('trains once, and continues where it was stopped to the same candidate', async () => {
    const whole = await prepared('whole');
    const { encoder } = await train(whole.cycle, whole.dataset);
    const controller = new AbortController();
    const stopped = await prepared('stopped', {
      signal: controller.signal,
      onTraining: () => controller.abort(),
    });
    await expect(train(stopped.cycle, stopped.dataset)).rejects.toMatchObject({ code: 'CANCELLED' });
    let steps = 0;
    const resumed = await prepared('stopped', { onTraining: () => ++steps });
    const after = await train(resumed.cycle, resumed.dataset);
    expect(after.encoder!.fingerprint).toBe(encoder!.fingerprint);
    const trainedIn = steps;
    expect(trainedIn).toBeGreaterThan(0);
    await train(resumed.cycle, resumed.dataset);
    expect(steps).toBe(trainedIn);
  });

  it('gives no candidate whose bundle was damaged or exchanged since, and says why', async () => {
    const { cycle, dataset } = await prepared('damaged');
    await train(cycle, dataset);
    const file = join(cycle.options.candidate, 'model.safetensors');
    const bytes = readFileSync(file);
    bytes[bytes.length - 3] = bytes[bytes.length - 3]! ^ 0x40;
    writeFileSync(file, bytes);
    const damaged = await train(cycle, dataset);
    expect(damaged.encoder).toBeUndefined();
    expect(damaged.goldenVectors).toMatchObject({ match: false });
    const exchanged = await openCycle(lab.optionsOf('damaged', { candidate: lab.base }));
    const { goldenVectors } = await train(exchanged, dataset);
    expect(goldenVectors.said).toMatch(/Expected the candidate to be the bundle .* but .*base is/);
  });
});
