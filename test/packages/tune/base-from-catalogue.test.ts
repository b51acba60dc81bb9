import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset } from '@attune/data';
import { Encoder, readBundle } from '@attune/encode';
import { Catalogue, compareModels, judgedSets, tuneModel } from '@attune/tune';
import { describe, expect, it } from 'vitest';
import { smallShop, temporaryFolder, things } from './small-shop.js';

const folder = temporaryFolder();

/** Each word of the shop in a script that no base reads, of two or three characters; words stand beside each other without blanks. */
const madeUp = new Map(
  [...things.flat(), 'and', 'new', 'used'].map((word, i) => [
    word,
    Array.from({ length: 2 + (i % 2) }, (_, j) => String.fromCodePoint(0xa000 + 3 * i + j)).join(''),
  ]),
);
const inMadeUp = (text: string): string =>
  text
    .split(' ')
    .map((word) => madeUp.get(word)!)
    .join('');

function translated(): Dataset {
  const { documents, queries, interactions, ...shop } = smallShop();
  return {
    ...shop,
    documents: documents.map((document) => ({
      ...document,
      fields: Object.fromEntries(
        Object.entries(document.fields).map(([name, text]) => [name, inMadeUp(text)]),
      ),
    })),
    queries: queries.map((query) => ({ ...query, text: inMadeUp(query.text) })),
    interactions: interactions.map((row) => ({ ...row, query: inMadeUp(row.query) })),
  };
}

const dataset = translated();
const tune = (name: string, more: Partial<Parameters<typeof tuneModel>[0]> = {}) =>
  tuneModel({ dataset, tier: 'static', base: 'none', out: join(folder, name), seed: 3, few: true, ...more });
const weights = (name: string) => readFileSync(join(folder, name, 'model.safetensors'));

describe('a base made of the catalogue', () => {
  it('is tuned to find what words cannot, in a language that nobody speaks', async () => {
    const { base, notes, bundle } = await tune('tuned');
    expect(base.path).toBe(join(folder, 'tuned-base'));
    expect(base.manifest!.lineage.baseName).toBe('none');
    expect(bundle.manifest!.lineage).toMatchObject({ baseName: 'none', base: base.fingerprint });
    expect(notes[0]).toMatch(
      /^A base of [\d,]+ tokens was learned from 120 documents and 72 queries in \d+ s\.$/,
    );

    // Loaded as anybody's: fingerprint and golden vectors are compared.
    const model = await Encoder.load(bundle.path);
    const { report } = await compareModels({
      name: 'made up',
      catalogue: new Catalogue(dataset.documents),
      sets: judgedSets(dataset),
      model,
      base: await Encoder.load(base.path),
      against: ['bm25', 'base'],
    });
    const [words, , tuned] = report.main.legs.map(({ metrics }) => metrics['ndcg@10']!.mean);
    expect(words).toBeLessThan(0.1);
    expect(tuned).toBeGreaterThan(0.5);
  });

  it('is taken again by a training that was stopped, which ends with the same bits', async () => {
    await tune('whole');
    const controller = new AbortController();
    const stopped = tune('stopped', {
      signal: controller.signal,
      onProgress: ({ epoch }) => {
        if (epoch === 2) controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    const { notes } = await tune('stopped');
    expect(notes[0]).toContain('taken again');
    expect(weights('stopped-base')).toEqual(weights('whole-base'));
    expect(weights('stopped')).toEqual(weights('whole'));
  });

  it('does not replace what is there, unless it is forced to', async () => {
    await tune('first');
    rmSync(join(folder, 'first'), { recursive: true });
    await expect(tune('first', { seed: 4 })).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    await tune('first', { seed: 4, force: true });
    expect((await readBundle(join(folder, 'first-base'))).manifest!.lineage.seed).toBe(4);
  });

  it('learns nothing of the queries that a model is judged by', async () => {
    const { base } = await tune('unseen');
    const judged = dataset.queries.map((query) => ({
      ...query,
      text: query.part === 'train' ? query.text : '龘',
    }));
    const { base: other } = await tune('hidden', { dataset: { ...dataset, queries: judged } });
    expect(other.digests.weights).toBe(base.digests.weights);
    expect(other.digests.tokenizer).toBe(base.digests.tokenizer);
  });

  it('is refused for a tier that learns over a frozen encoder, and for too few texts', async () => {
    await expect(tune('adapter', { tier: 'adapter' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('frozen encoder'),
    });
    const small = { ...dataset, documents: dataset.documents.slice(0, 5), interactions: [] };
    await expect(tune('small', { dataset: small, few: false })).rejects.toMatchObject({
      code: 'DATA_TOO_FEW',
    });
  });
});
