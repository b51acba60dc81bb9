import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Encoder, readBundle, SafetensorsFile } from '@attune/encode';
import { tierFor, tuneModel } from '@attune/tune';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeShopTransformer } from './shop-transformer.js';
import { smallShop, temporaryFolder, writeSmallBase } from './small-shop.js';

const folder = temporaryFolder();
const dataset = smallShop();
let base: string;

beforeAll(() => {
  base = writeShopTransformer(join(folder, 'base'));
});

const recipe = { learningRate: 0.003, batch: 18 };
const tune = (name: string, more: Partial<Parameters<typeof tuneModel>[0]> = {}) =>
  tuneModel({
    dataset,
    tier: 'transformer',
    base,
    out: join(folder, name),
    seed: 3,
    epochs: 12,
    recipe,
    few: true,
    ...more,
  });
const weights = (name: string) => readFileSync(join(folder, name, 'model.safetensors'));

describe('tuning by the tier transformer', () => {
  it('learns which words mean the same, and tells what it chose and on which queries', async () => {
    const result = await tune('whole');
    const { scores, bestEpoch } = result.training;
    expect(scores[bestEpoch]).toBe(Math.max(...scores));
    expect(scores[bestEpoch]).toBeGreaterThan(scores[0]! + 0.2);
    expect(result.choices.map(({ what }) => what)).toEqual([
      'document fields',
      'epochs',
      'share of the tuned weights',
    ]);
    const share = result.choices.at(-1)!;
    expect(share.tried.length).toBeGreaterThanOrEqual(5);
    expect(share.tried.find(({ name }) => name === share.chosen)!.value).toBe(
      Math.max(...share.tried.map(({ value }) => value)),
    );
    expect(Number(share.chosen)).toBeGreaterThan(0);
    expect(result.recipe).toMatchObject({ tier: 'transformer', temperature: 0.05, ...recipe });
    expect(result.reason).toMatch(/^transformer tier, 72 pairs/);
    expect(result.notes.join(' ')).not.toContain('did not help');
    expect(result.bundle.manifest?.lineage).toMatchObject({
      base: result.base.fingerprint,
      search: result.search,
    });
  });

  it('writes a bundle in the layout of its base, whose golden vectors come out', async () => {
    const encoder = await Encoder.load(join(folder, 'whole'));
    expect(encoder.bundle.kind).toBe('transformer');
    expect(encoder.bundle.preprocessing.documentFields.length).toBeGreaterThan(0);
    const [before, after] = ['base', 'whole'].map((name) => new SafetensorsFile(weights(name), name));
    expect(after!.keys()).toEqual(before!.keys());
    expect(after!.floats('bert.pooler.dense.weight')).toEqual(before!.floats('bert.pooler.dense.weight'));
    const word = 'bert.embeddings.word_embeddings.weight';
    expect(after!.floats(word)).not.toEqual(before!.floats(word));
    expect(JSON.parse(readFileSync(join(folder, 'whole', 'config.json'), 'utf8')).torch_dtype).toBe(
      'float32',
    );
    expect(tierFor(await readBundle(join(folder, 'whole')))).toBe('transformer');
    expect(tierFor(await readBundle(base))).toBe('adapter');
  });

  it('continues from where it was stopped, to the same bytes', async () => {
    const controller = new AbortController();
    const stopped = tune('stopped', {
      signal: controller.signal,
      onProgress: ({ epoch }) => epoch === 4 && controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(existsSync(join(folder, 'stopped.run'))).toBe(true);
    const epochs: number[] = [];
    await tune('stopped', { onProgress: ({ epoch }) => epochs.push(epoch) });
    expect(epochs[0]).toBeGreaterThanOrEqual(4);
    expect(weights('stopped').equals(weights('whole'))).toBe(true);
    expect(existsSync(join(folder, 'stopped.run'))).toBe(false);
  });

  it('says where tuning did not help, and keeps the weights of the base', async () => {
    // Every pair of a query and a document that it does not lead to: what there is to learn is wrong.
    const documents = dataset.documents.map(({ id }) => id);
    const interactions = dataset.interactions.map((row, i) => ({
      ...row,
      documentId: documents[(i * 37 + 11) % documents.length]!,
    }));
    const judged = dataset.slices.map((slice) => ({ ...slice, judgments: new Map() }));
    // Judged by the queries' own words, which the base finds and the training forgets.
    const rows = dataset.documents.slice(0, 40).map((document, i) => ({ document, id: `own-${i}` }));
    for (const { document, id } of rows) judged[0]!.judgments.set(id, new Map([[document.id, 2]]));
    const queries = [
      ...dataset.queries,
      ...rows.map(({ document, id }) => ({
        id,
        text: document.fields['title']!,
        part: 'dev' as const,
        source: document.source,
      })),
    ];
    const result = await tune('harmed', {
      dataset: { ...dataset, interactions, queries, slices: [judged[0]!] },
      epochs: 3,
    });
    const share = result.choices.at(-1)!;
    expect(share.chosen).toBe('0');
    expect(result.notes.join(' ')).toMatch(/Tuning did not help.*weights of the base/);
    const [before, after] = ['base', 'harmed'].map((name) => new SafetensorsFile(weights(name), name));
    for (const key of before!.keys()) expect(after!.floats(key)).toEqual(before!.floats(key));
  });

  it('learns from hard negatives that the base finds, where the recipe asks for them', async () => {
    const result = await tune('mined', { recipe: { ...recipe, minedNegatives: 3 } });
    expect(result.notes.join(' ')).toMatch(
      /^\d+ hard negatives? by the base's own search; .* as known to answer it/,
    );
    expect(Number(/^\d+/.exec(result.notes.join(' '))![0])).toBeGreaterThan(50);
    expect(result.training.losses).not.toEqual((await tune('whole', { force: true })).training.losses);
    expect(result.training.scores[result.training.bestEpoch]).toBeGreaterThan(
      result.training.scores[0]! + 0.2,
    );
  });

  it('needs a base that it fits, and says so before any work', async () => {
    await expect(tune('x', { base: undefined })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/`tier` transformer.*none ships.*all-MiniLM-L6-v2/),
    });
    await expect(tune('x', { base: 'none' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/all weights of a transformer.*`tier` static/),
    });
    const table = await writeSmallBase(join(folder, 'table'));
    await expect(tune('x', { base: table })).rejects.toMatchObject({
      code: 'BUNDLE_UNSUPPORTED',
      message: expect.stringMatching(/static bundle, which the transformer tier cannot tune/),
    });
  });

  it('is planned by minutes, which the quick tiers refuse', async () => {
    const steps = new Set<number>();
    const result = await tune('planned', { minutes: 5, onProgress: (progress) => steps.add(progress.steps) });
    expect(steps.size).toBe(1);
    expect(result.recipe.minutes).toBe(5);
    // There is time for all epochs of so small a model.
    expect(weights('planned').length).toBe(weights('whole').length);
    expect([...steps]).toEqual([48]);
    await expect(tune('x', { minutes: 1e-6 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('Allow more minutes'),
    });
    await expect(tune('x', { tier: 'adapter', minutes: 5 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/no `minutes` for the `tier` adapter/),
    });
  });

  it('teaches a static model, which begins with what it says of the catalogue', async () => {
    const teacher = join(folder, 'whole');
    const quick = { tier: 'static', base: undefined, recipe: undefined, epochs: 2 } as const;
    const result = await tune('quick', { ...quick, teacher });
    const { fingerprint } = (await readBundle(teacher)).manifest!;
    expect(result.base.manifest?.lineage).toMatchObject({ base: fingerprint, baseName: 'whole' });
    expect(result.base.path).toBe(join(folder, 'quick-base'));
    expect(result.notes[0]).toMatch(/^A base was learned from what whole says of \d+ texts/);
    // Both were made for the same queries: the pupil begins far above a table that knows nothing of them.
    const plain = await tune('plain', { ...quick, base: await writeSmallBase(join(folder, 'plain-base')) });
    expect(result.training.scores[0]).toBeGreaterThan(plain.training.scores[0]! + 0.1);
    // Made again of the same, it is taken as it is.
    const again = await tune('quick', { ...quick, teacher, force: true });
    expect(again.notes[0]).toContain('taken again');
    expect(again.bundle.fingerprint).toBe(result.bundle.fingerprint);
    await expect(tune('x', { ...quick, teacher, base })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('received both'),
    });
    await expect(tune('x', { teacher, base: undefined })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/no `teacher` for the `tier` transformer/),
    });
  });
});
