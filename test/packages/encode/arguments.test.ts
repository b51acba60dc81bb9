import { Encoder, findBundle, readBundle } from '@attune/encode';
import { beforeAll, describe, expect, it } from 'vitest';
import { shippedBase } from '../../end-to-end/harness/repository.js';

// What a program without types passes.
const wrong = (value: unknown) => value as never;
const refusal = (message: string) => ({ code: 'INVALID_ARGUMENT', message });

describe('arguments of Encoder', () => {
  let encoder: Encoder;
  beforeAll(async () => {
    encoder = await Encoder.load(shippedBase);
  });

  it.each([
    [[null], 'Expected queries[0] to be a text, but received null.'],
    [['lamp', 3], 'Expected queries[1] to be a text, but received 3.'],
    ['lamp', 'Expected queries to be a list, but received "lamp".'],
    [undefined, 'Expected queries to be a list, but received undefined.'],
    ['x'.repeat(5_000), 'Expected queries to be a list, but received a text of 5,000 characters.'],
  ])('encodeQueries refuses %j', async (texts, message) => {
    await expect(encoder.encodeQueries(wrong(texts))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message,
    });
  });

  it.each([
    [[null], 'Expected documents[0] to be a text, or texts by the names of fields, but received null.'],
    [[['lamp']], 'Expected documents[0] to be a text, or texts by the names of fields, but received a list.'],
    [['lamp', { title: 3 }], 'Expected documents[1].title to be a text, but received 3.'],
    [{ title: 'lamp' }, 'Expected documents to be a list, but received an object.'],
  ])('encodeDocuments refuses %j', async (documents, message) => {
    await expect(encoder.encodeDocuments(wrong(documents))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message,
    });
  });

  it('encodeTexts refuses what is no text', async () => {
    await expect(encoder.encodeTexts(wrong([undefined]))).rejects.toMatchObject({
      message: 'Expected texts[0] to be a text, but received undefined.',
    });
  });

  it('takes blank texts, fields, and none', async () => {
    expect((await encoder.encodeDocuments(['', { title: 'lamp' }])).length).toBe(2 * encoder.dim);
    expect((await encoder.encodeQueries([])).length).toBe(0);
  });
});

describe('what loads an Encoder', () => {
  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['', '""'],
    [5, '5'],
    [{}, 'an object'],
    [['attune-base-en'], 'a list'],
  ])('load and findBundle refuse the model %j', async (model, said) => {
    const expected = refusal(
      `Expected pathOrName to be the folder or the name of a model, but received ${said}.`,
    );
    await expect(Encoder.load(wrong(model))).rejects.toMatchObject(expected);
    await expect(findBundle(wrong(model))).rejects.toMatchObject(expected);
    await expect(readBundle(wrong(model))).rejects.toMatchObject(
      refusal(`Expected path to be the folder of a model, but received ${said}.`),
    );
  });

  it('load refuses null as its options', async () => {
    await expect(Encoder.load('attune-base-en', wrong(null))).rejects.toMatchObject(
      refusal('Expected options such as { maxTokens: 128 }, but received null.'),
    );
  });

  it.each([
    [undefined, 'Expected options such as { table, dim: 256, tokenizer }, but received undefined.'],
    [{ table: [1], dim: 1, tokenizer: '{}' }, 'Expected table to be a Float32Array, but received a list.'],
    [{ dim: 1, tokenizer: '{}' }, 'Expected table to be a Float32Array, but received undefined.'],
    [
      { table: Float32Array.of(1), dim: 0, tokenizer: '{}' },
      'Expected dim to be a whole number above 0, but received 0.',
    ],
    [
      { table: Float32Array.of(1), dim: 1, tokenizer: 5 },
      'Expected tokenizer to be the content of tokenizer.json or a Tokenizer, but received 5.',
    ],
  ])('fromTable refuses %j', (options, message) => {
    expect(() => Encoder.fromTable(wrong(options))).toThrow(expect.objectContaining(refusal(message)));
  });

  it.each([
    [null, 'Expected texts to be a list, but received null.'],
    ['lamp', 'Expected texts to be a list, but received "lamp".'],
    [['lamp', null], 'Expected texts[1] to be a text, but received null.'],
  ])('its tokeniser refuses %j', async (texts, message) => {
    const { tokenizer } = await Encoder.load('attune-base-en');
    await expect(tokenizer.tokenize(wrong(texts))).rejects.toMatchObject(refusal(message));
  });
});
