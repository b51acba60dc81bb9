import { Encoder, measureCoverage, Tokenizer } from '@attune/encode';
import { beforeAll, describe, expect, it } from 'vitest';

const added = (content: string) => ({
  id: 0,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
});

function tokenizerOf(parts: object, maxTokens: number | null = null): Tokenizer {
  const json = JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    ...parts,
  });
  return new Tokenizer({
    json,
    addSpecialTokens: false,
    maxTokens,
    truncationSide: 'right',
    lowercase: false,
    rows: 300,
  });
}

const unigram = tokenizerOf({
  pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
  model: {
    type: 'Unigram',
    unk_id: 0,
    vocab: [
      ['<unk>', 0],
      ['▁', -2],
      ['▁lamp', -3],
      ['▁desk', -3],
    ],
  },
});

const bpe = (more: object) =>
  tokenizerOf({
    pre_tokenizer: { type: 'Whitespace' },
    model: { type: 'BPE', vocab: { '<unk>': 0, d: 1, e: 2, s: 3, k: 4 }, merges: [], ...more },
  });

/** Every byte as GPT-2 writes it, of which no merge makes a word. */
function byteLevel(): Tokenizer {
  const written = [...Array(256).keys()].filter(
    (byte) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173),
  );
  const others = [...Array(256).keys()].filter((byte) => !written.includes(byte));
  const characters = [...written, ...others.map((_, i) => 256 + i)].map((code) => String.fromCodePoint(code));
  return tokenizerOf({
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    model: { type: 'BPE', vocab: Object.fromEntries(characters.map((each, id) => [each, id])), merges: [] },
  });
}

const shareOf = async (tokenizer: Tokenizer, ...texts: string[]) =>
  (await measureCoverage(tokenizer, texts)).unknownShare;

describe('how much of texts the English base knows', () => {
  let english: Tokenizer;
  beforeAll(async () => {
    english = (await Encoder.load('attune-base-en')).tokenizer;
  });

  it.each([
    ['Chinese', '北欧简约床头台灯', 'han'],
    ['Japanese', 'おしゃれなランプ', 'kana'],
    ['Korean', '데스크 램프', 'hangul'],
    ['Thai', 'โคมไฟตั้งโต๊ะ', 'thai'],
    ['Russian', 'настольная лампа', 'cyrillic'],
    ['Greek', 'επιτραπέζια λάμπα', 'greek'],
    ['Arabic', 'مصباح مكتبي', 'arabic'],
    ['emoji', '😀😃 🎉', undefined],
  ])('is nothing of %s', async (_, text, script) => {
    expect(await measureCoverage(english, [text])).toMatchObject({
      texts: 1,
      unknownShare: 1,
      unknownScript: script,
      examples: [text],
    });
  });

  it('is all of what is written in Latin letters, whatever signs stand beside', async () => {
    expect(await shareOf(english, 'Oak desk lamp © 45 cm – ™ ★★★', 'café crème', 'Đèn bàn', 'Büro')).toBe(0);
  });

  it('counts a text by the larger of two shares: of its tokens, and of its letters', async () => {
    // desk | lamp | [UNK] | [UNK] | led: two tokens of five, two letters of thirteen.
    expect(await shareOf(english, 'desk lamp 台灯 LED')).toBeCloseTo(2 / 5);
    // lamp | [UNK]: one token of two, eight letters of twelve.
    expect(await shareOf(english, 'lamp おしゃれなランプ')).toBeCloseTo(8 / 12);
  });

  it('is the mean over texts, so a short text counts as a long one', async () => {
    const texts = Array.from({ length: 10 }, (_, i) =>
      i < 3 ? '台灯' : `oak desk lamp ${i} for the bedroom`,
    );
    expect(await shareOf(english, ...texts)).toBeCloseTo(0.3);
  });

  it('does not ask of texts that say nothing', async () => {
    expect(await measureCoverage(english, ['', ' ', '★ – ★', '台灯'])).toMatchObject({
      texts: 1,
      unknownShare: 1,
    });
    expect(await measureCoverage(english, [])).toEqual({
      texts: 0,
      tokens: 0,
      unknownTokens: 0,
      unknownShare: 0,
      unknownScript: undefined,
      examples: [],
    });
  });

  it('is told by a sample where texts are many, also where two languages stand in turn', async () => {
    const texts = Array.from({ length: 20_000 }, (_, i) => (i % 2 ? '台灯' : 'lamp'));
    const { texts: looked, unknownShare } = await measureCoverage(english, texts);
    expect(looked).toBeLessThanOrEqual(1_000);
    expect(unknownShare).toBeGreaterThan(0.45);
    expect(unknownShare).toBeLessThan(0.55);
  });
});

describe('how much of texts other vocabularies know', () => {
  it('a sign before a word, which SentencePiece sets on its first letter, does not make that letter known', async () => {
    expect(await shareOf(unigram, '台灯')).toBe(1);
    expect(await shareOf(unigram, 'desk lamp')).toBe(0);
  });

  it('letters that a tokeniser drops are unknown, although it has no token for that', async () => {
    expect(await shareOf(bpe({}), '台灯')).toBe(1);
    expect(await shareOf(bpe({}), 'desk 台灯')).toBeCloseTo(2 / 6);
    expect(await shareOf(bpe({ unk_token: '<unk>' }), 'desk 台灯')).toBeCloseTo(2 / 6);
  });

  it('is everything where it has every byte', async () => {
    expect(await shareOf(byteLevel(), '北欧简约床头台灯', 'โคมไฟ', '😀')).toBe(0);
  });

  it('what is cut off is not unknown', async () => {
    const words = { pre_tokenizer: { type: 'Whitespace' } };
    const model = { type: 'WordLevel', unk_token: '[UNK]', vocab: { '[UNK]': 0, lamp: 1 } };
    const four = tokenizerOf({ ...words, added_tokens: [added('[UNK]')], model }, 4);
    expect(await shareOf(four, 'lamp lamp lamp lamp 台灯 台灯')).toBe(0);
    expect(await shareOf(four, 'lamp lamp 台灯 lamp 台灯')).toBeCloseTo(1 / 4);
  });
});
