import { Tokenizer, type TokenizerSettings } from '@attune/encode';
import { describe, expect, it } from 'vitest';
import { tokenizer, tokenizerJson, tokens } from '../tiny-models.js';

const settings: TokenizerSettings = {
  json: tokenizerJson,
  addSpecialTokens: true,
  maxTokens: 12,
  truncationSide: 'right',
  lowercase: false,
  rows: tokens.length,
};

/** The tokens of each text, as words. */
async function words(texts: string[], changes: Partial<TokenizerSettings> = {}): Promise<string[]> {
  const { ids, offsets } = await new Tokenizer({ ...settings, ...changes }).tokenize(texts);
  return texts.map((_, i) => [...ids.subarray(offsets[i], offsets[i + 1])].map((id) => tokens[id]).join(' '));
}

const changed = (part: object) => JSON.stringify({ ...tokenizer, ...part });

describe('Tokenizer', () => {
  it('packs texts one after the other, and ignores the truncation and padding of tokenizer.json', async () => {
    const { ids, offsets } = await new Tokenizer(settings).tokenize(['Desk lamps', '', 'oak']);
    expect([...ids]).toEqual([2, 4, 5, 10, 3, 2, 3, 2, 6, 3]);
    expect([...offsets]).toEqual([0, 5, 7, 10]);
  });

  it('keeps the special tokens of a text that is cut', async () => {
    expect(await words(['desk lamp oak table'], { maxTokens: 4 })).toEqual(['[CLS] desk lamp [SEP]']);
    const left = await words(['desk lamp oak table'], { maxTokens: 4, truncationSide: 'left' });
    expect(left).toEqual(['[CLS] oak table [SEP]']);
  });

  it('gives a static table the words alone, and nothing for a blank text', async () => {
    expect(await words(['desk lamp oak', ' \t\n', ''], { addSpecialTokens: false, maxTokens: 2 })).toEqual([
      'desk lamp',
      '',
      '',
    ]);
    expect(await words(['desk lamp oak'], { addSpecialTokens: false, maxTokens: null })).toEqual([
      'desk lamp oak',
    ]);
  });

  it('lower-cases first where the model says so', async () => {
    const json = changed({ normalizer: null });
    expect(await words(['DESK'], { json })).toEqual(['[CLS] [UNK] [SEP]']);
    expect(await words(['DESK'], { json, lowercase: true })).toEqual(['[CLS] desk [SEP]']);
  });

  it('tokenises no text, and more texts than one batch holds, in their order', async () => {
    const none = await new Tokenizer(settings).tokenize([]);
    expect([none.ids.length, ...none.offsets]).toEqual([0, 0]);
    const many = Array.from({ length: 1300 }, (_, i) => (i % 3 === 0 ? 'desk' : 'oak lamp'));
    const done: number[] = [];
    const { offsets } = await new Tokenizer(settings).tokenize(many, {
      onProgress: (p) => done.push(p.done),
    });
    expect(many.map((_, i) => offsets[i + 1]! - offsets[i]!)).toEqual(
      many.map((text) => text.split(' ').length + 2),
    );
    expect(done).toEqual([512, 1024, 1300]);
  });

  it('gives a text the same tokens alone, among few and among many', async () => {
    const some = [
      'Desk lamps',
      '',
      'desk lamp oak table',
      ' \t\n',
      'oak desk \ud800',
      'de\0sk',
      'unheard-of',
    ];
    const many = Array.from({ length: 40 }, (_, i) => some[i % some.length]!);
    for (const truncationSide of ['left', 'right'] as const) {
      const changes = { maxTokens: 4, truncationSide };
      const alone: string[] = [];
      for (const text of some) alone.push(...(await words([text], changes)));
      expect(await words(some, changes)).toEqual(alone);
      expect(await words(many, changes)).toEqual(many.map((_, i) => alone[i % some.length]));
    }
  });

  it('stops when it is cancelled', async () => {
    const controller = new AbortController();
    const work = new Tokenizer(settings).tokenize(Array(5000).fill('desk'), {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(work).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('survives half a surrogate pair and a NUL', async () => {
    expect(await words(['desk \ud800', 'de\0sk'])).toEqual([
      expect.stringContaining('desk'),
      '[CLS] desk [SEP]',
    ]);
  });

  it.each([
    ['a limit without room', {}, { maxTokens: 2 }, 'INVALID_ARGUMENT', /from 3/],
    ['no JSON', {}, { json: '{' }, 'BUNDLE_INVALID', /expected JSON/],
    ['an id beyond the table', {}, { rows: 10 }, 'BUNDLE_INVALID', /vocab\.\S+ gives the id 1\d.*10 rows/],
    ['a model of another kind', { model: { type: 'Magic', vocab: {} } }, {}, 'BUNDLE_INVALID', /"Magic"/],
    [
      'no unknown token',
      { added_tokens: [], model: { ...tokenizer.model, unk_token: 'x' } },
      {},
      'BUNDLE_INVALID',
      /"unk_token"/,
    ],
    [
      'a special token that is not defined',
      { post_processor: { ...tokenizer.post_processor, special_tokens: {} } },
      {},
      'BUNDLE_INVALID',
      /"\[CLS\]" is used/,
    ],
    [
      'a template without the text',
      { post_processor: { ...tokenizer.post_processor, single: [] } },
      {},
      'BUNDLE_INVALID',
      /"single" should hold the sequences A/,
    ],
    [
      'a normaliser that nobody knows',
      { normalizer: { type: 'Nothing' } },
      {},
      'BUNDLE_INVALID',
      /cannot be built/,
    ],
  ])('refuses %s', (_, part, changes, code, message) => {
    const build = () => new Tokenizer({ ...settings, json: changed(part), ...changes });
    expect(build).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });
});
