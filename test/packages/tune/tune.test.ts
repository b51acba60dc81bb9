import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Encoder, readBundle } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import type { Tier } from '@attune/train';
import { Catalogue, compareModels, judgedSets, tuneModel } from '@attune/tune';
import { beforeAll, describe, expect, it } from 'vitest';
import { smallShop, temporaryFolder, writeSmallBase } from './small-shop.js';

const folder = temporaryFolder();
const dataset = smallShop();
let base: string;

beforeAll(async () => {
  base = await writeSmallBase(join(folder, 'base'));
});

const tune = (tier: Tier, name: string, more: Partial<Parameters<typeof tuneModel>[0]> = {}) =>
  tuneModel({ dataset, tier, base, out: join(folder, name), seed: 3, epochs: 30, few: true, ...more });

/** The tensor file that the tier has learned. */
const learned = (tier: Tier, name: string) =>
  readFileSync(join(folder, name, tier === 'static' ? '' : '1_Dense', 'model.safetensors'));

describe.each<Tier>(['static', 'adapter'])('tuning by the tier %s', (tier) => {
  it('learns which words mean the same, and tells what it chose and on which queries', async () => {
    const result = await tune(tier, `${tier}-whole`);
    const { scores, bestEpoch } = result.training;
    expect(scores[bestEpoch]).toBe(Math.max(...scores));
    expect(scores[bestEpoch]).toBeGreaterThan(scores[0]! + 0.2);
    expect(result).toMatchObject({ pairs: 72, queries: 72, leftOut: 0 });
    expect(result.choices.map(({ what }) => what)).toEqual(
      tier === 'static' ? ['preparation of texts', 'epochs'] : ['epochs'],
    );
    expect(new Set(result.choices.map(({ on }) => on))).toEqual(new Set(['dev']));
    expect(result.bundle.manifest?.lineage).toMatchObject({
      base: result.base.fingerprint,
      baseName: 'base',
      seed: 3,
      search: result.search,
    });
    expect(result.search!.choices.map(({ what, on }) => [what, on])).toEqual([
      ['BM25', 'dev'],
      ['fusion weight', 'dev'],
    ]);
    expect(result.bundle.fingerprint).toBe((await readBundle(join(folder, `${tier}-whole`))).fingerprint);
  });

  it('carries nothing where nothing was chosen', async () => {
    const result = await tune(tier, `${tier}-unchosen`, { chooses: false });
    expect(result.search).toBeUndefined();
    expect(result.bundle.manifest!.lineage).not.toHaveProperty('search');
  });

  it('is better on queries that nothing was chosen on', async () => {
    const { report, model } = await compareModels({
      name: 'small shop',
      catalogue: new Catalogue(dataset.documents),
      sets: judgedSets(dataset),
      model: await Encoder.load(join(folder, `${tier}-whole`)),
      base: await Encoder.load(base),
      against: ['bm25', 'base', 'hybrid'],
    });
    const [bm25, untuned, tuned, hybrid] = report.main.legs.map(({ metrics }) => metrics['ndcg@10']!.mean);
    expect(report.main.legs.map(({ name }) => name)).toEqual(['bm25', 'base', 'tuned', 'hybrid']);
    expect(report.main.name).toBe('test');
    expect(bm25).toBe(0); // buyers use no word of the sellers'
    expect(tuned).toBeGreaterThan(untuned! + 0.2);
    expect(hybrid).toBeGreaterThanOrEqual(tuned! - 1e-6);
    const { search } = (await readBundle(join(folder, `${tier}-whole`))).manifest!.lineage;
    expect(model.lexical).toEqual(search!.settings);
    expect(report.choices).toEqual(search!.choices);
  });

  it('gives the same bytes for the same seed, others for another', async () => {
    await tune(tier, `${tier}-again`);
    expect(learned(tier, `${tier}-again`).equals(learned(tier, `${tier}-whole`))).toBe(true);
    await tune(tier, `${tier}-other`, { seed: 4 });
    expect(learned(tier, `${tier}-other`).equals(learned(tier, `${tier}-whole`))).toBe(false);
  });

  it('goes on from where it was stopped, to the same bytes, and removes its checkpoint', async () => {
    const controller = new AbortController();
    const name = `${tier}-stopped`;
    const epochsBefore: number[] = [];
    const stopped = tune(tier, name, {
      signal: controller.signal,
      onProgress: ({ epoch }) => {
        epochsBefore.push(epoch);
        if (epoch === 4) controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(existsSync(join(folder, name))).toBe(false);
    expect(existsSync(join(folder, `${name}.run`))).toBe(true);
    const epochsAfter: number[] = [];
    await tune(tier, name, { onProgress: ({ epoch }) => epochsAfter.push(epoch) });
    expect(epochsAfter[0]).toBeGreaterThanOrEqual(epochsBefore.at(-1)!);
    expect(learned(tier, name).equals(learned(tier, `${tier}-whole`))).toBe(true);
    expect(existsSync(join(folder, `${name}.run`))).toBe(false);
  });

  it('refuses to go on with another seed than the stopped run had', async () => {
    const controller = new AbortController();
    const name = `${tier}-mismatch`;
    const onProgress = () => controller.abort();
    await expect(tune(tier, name, { signal: controller.signal, onProgress })).rejects.toThrow(AttuneError);
    await expect(tune(tier, name, { seed: 4 })).rejects.toMatchObject({
      code: 'CHECKPOINT_MISMATCH',
      message: expect.stringContaining(`${name}.run`),
    });
  });

  it('refuses an existing place before any work, and says how to replace it', async () => {
    const before = learned(tier, `${tier}-whole`);
    await expect(tune(tier, `${tier}-whole`)).rejects.toMatchObject({
      code: 'FILE_EXISTS',
      message: expect.stringContaining('`force`'),
    });
    expect(learned(tier, `${tier}-whole`).equals(before)).toBe(true);
    const replaced = await tune(tier, `${tier}-whole`, { force: true });
    expect(replaced.bundle.path).toBe(join(folder, `${tier}-whole`));
  });
});

describe('the tier static', () => {
  it('refuses a bundle that it cannot tune, and says which tier or command can', async () => {
    const out = join(folder, 'over-an-adapter');
    await expect(
      tuneModel({ dataset, tier: 'static', base: join(folder, 'adapter-whole'), out }),
    ).rejects.toMatchObject({
      code: 'BUNDLE_UNSUPPORTED',
      message: expect.stringMatching(/`tier` adapter.*`distill`/),
    });
    expect(existsSync(out)).toBe(false);
  });
});
