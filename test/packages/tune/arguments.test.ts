import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Encoder } from '@attune/encode';
import { compareModels, DocumentIndex, runMainJob, tuneModel } from '@attune/tune';
import { beforeAll, describe, expect, it } from 'vitest';
import { smallShop, temporaryFolder, writeSmallBase } from './small-shop.js';

// What a program without types passes.
const wrong = (value: unknown) => value as never;
const refusal = (message: string) => ({ code: 'INVALID_ARGUMENT', message });
const folder = temporaryFolder();
const { documents } = smallShop();
let encoder: Encoder;
let index: DocumentIndex;
beforeAll(async () => {
  encoder = await Encoder.load(await writeSmallBase(join(folder, 'base')));
  index = await DocumentIndex.build({ documents, encoder, out: join(folder, 'index') });
});

describe('what DocumentIndex refuses', () => {
  const out = join(folder, 'refused');
  const document = { id: '1', fields: { title: 'Lamp' }, attributes: {} };
  it.each([
    [
      'no options',
      undefined,
      "Expected options such as { documents, encoder, out: 'my-index' }, but received undefined.",
    ],
    ['no documents', {}, 'Expected documents to be a list, but received undefined.'],
    [
      'an id as a number',
      { documents: [{ ...document, id: 1 }] },
      'Expected documents[0].id to be a text, but received 1.',
    ],
    ['a text', { documents: ['Lamp'] }, 'Expected documents[0] to be a document, but received "Lamp".'],
    ['null', { documents: [document, null] }, 'Expected documents[1] to be a document, but received null.'],
    [
      'no fields',
      { documents: [{ id: '1' }] },
      'Expected documents[0].fields to be texts by their names, but received undefined.',
    ],
    [
      'a field as null',
      { documents: [{ ...document, fields: { title: null } }] },
      'Expected documents[0].fields.title to be a text, but received null.',
    ],
    [
      'no attributes',
      { documents: [{ id: '1', fields: {} }] },
      'Expected documents[0].attributes to be values by their names, but received undefined.',
    ],
    [
      'an id twice',
      { documents: [document, document] },
      'Expected documents[1].id to be one of its own, as documents[0] has it, but received "1".',
    ],
    [
      'the name of a model',
      { documents: [document], encoder: 'attune-base-en' },
      'Expected encoder to be an Encoder, but received "attune-base-en".',
    ],
    [
      'no place',
      { documents: [document], out: undefined },
      'Expected out to be the path of a folder, but received undefined.',
    ],
  ])('build: %s', async (_, options, message) => {
    const given = options && { encoder, out, ...options };
    await expect(DocumentIndex.build(wrong(given))).rejects.toMatchObject(refusal(message));
    expect(existsSync(out)).toBe(false);
  });

  it.each([undefined, null, '', 5])('open: %j', async (path) => {
    await expect(DocumentIndex.open(wrong(path))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/^Expected path to be the folder of an index, but received /),
    });
  });

  it.each([
    ['lamp', undefined, 'Expected options such as { limit: 10 }, but received undefined.'],
    ['lamp', null, 'Expected options such as { limit: 10 }, but received null.'],
    ['lamp', {}, 'Expected limit to be a whole number above 0, but received undefined.'],
    ['lamp', { k: 3 }, 'Expected limit to be a whole number above 0, but received undefined.'],
    ['lamp', { limit: 0 }, 'Expected limit to be a whole number above 0, but received 0.'],
    ['lamp', { limit: Number.NaN }, 'Expected limit to be a whole number above 0, but received NaN.'],
    ['lamp', { limit: '3' }, 'Expected limit to be a whole number above 0, but received "3".'],
    [
      'lamp',
      { limit: 3, mode: 'words' },
      'Expected mode to be one of hybrid, vector, lexical, but received "words".',
    ],
    [undefined, { limit: 3 }, 'Expected text to be a text to search for, but received undefined.'],
    [' ', { limit: 3 }, 'Expected text to be a text to search for, but received " ".'],
  ])('search: %j, %j', async (text, options, message) => {
    await expect(index.search(wrong(text), wrong(options))).rejects.toMatchObject(refusal(message));
  });
});

describe('what a tuning refuses', () => {
  const dataset = smallShop();
  it.each([
    [
      undefined,
      "Expected options such as { dataset, tier: 'static', out: 'tuned' }, but received undefined.",
    ],
    [{ dataset, tier: 'static' }, 'Expected out to be the path of a folder, but received undefined.'],
    [
      { dataset, out: join(folder, 'x') },
      'Expected tier to be one of static, adapter, transformer, but received undefined.',
    ],
    [
      { dataset, out: join(folder, 'x'), tier: 'static', seed: Number.NaN },
      'Expected seed to be a whole number from 0 to 4,294,967,295, but received NaN.',
    ],
    [{ tier: 'static', out: join(folder, 'x') }, 'Expected dataset to be a dataset, but received undefined.'],
  ])('%#', async (options, message) => {
    await expect(tuneModel(wrong(options))).rejects.toMatchObject(refusal(message));
  });

  it('as a main job without data', async () => {
    await expect(runMainJob(wrong(undefined))).rejects.toMatchObject(
      refusal("Expected options such as { data: 'log.csv', out: 'my-job' }, but received undefined."),
    );
    await expect(runMainJob(wrong({ out: join(folder, 'no-data') }))).rejects.toMatchObject(
      refusal('Expected data to be the path of a log or of a dataset folder, but received undefined.'),
    );
    expect(existsSync(join(folder, 'no-data'))).toBe(false);
  });

  it('as a comparison without a loaded model', async () => {
    await expect(compareModels(wrong(undefined))).rejects.toMatchObject(
      refusal('Expected options such as { catalogue, sets, model, against }, but received undefined.'),
    );
    await expect(compareModels(wrong({ model: 'tuned', against: ['bm25'] }))).rejects.toMatchObject(
      refusal('Expected model to be an Encoder, but received "tuned".'),
    );
    await expect(compareModels(wrong({ model: encoder, against: 'bm25' }))).rejects.toMatchObject(
      refusal('Expected against to be a list, but received "bm25".'),
    );
  });
});
