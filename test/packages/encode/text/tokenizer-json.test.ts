import { Tokenizer, withSingularWords } from '@attune/encode';
import { describe, expect, it } from 'vitest';
import { problemOfPattern } from '../../../../packages/encode/src/text/tokenizer-json/check-pattern.js';
import { growthOf } from '../../../../packages/encode/src/text/tokenizer-json/growth.js';
import { tokenizer, tokenizerJson, tokens } from '../tiny-models.js';
import { characterMap } from '../tokenizer-mutants/character-map.js';

const build = (part: object, json = JSON.stringify({ ...tokenizer, ...part })) =>
  new Tokenizer({
    json,
    addSpecialTokens: false,
    maxTokens: null,
    truncationSide: 'right',
    lowercase: false,
    rows: tokens.length,
  });
const refused = (part: object) => {
  try {
    build(part);
  } catch (error) {
    return (error as Error).message;
  }
  return 'it was built';
};

describe('a regular expression', () => {
  it.each([
    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
    "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t)?|\\p{N}{1,3}",
    ' ?[^(\\s|[.,!?…。，、।۔،])]+',
    '<\\|startoftext\\|>|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+',
    ' {2,}',
    '\\s+',
    '\\p{Han}+',
    '(?<=[a-z](?:ss|sh|ch|x|z))es\\b',
    '[^\\s]++[\\r\\n]*',
  ])('%s is run', (pattern) => {
    expect(problemOfPattern(pattern)).toBeUndefined();
    const split = { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false };
    expect(refused({ pre_tokenizer: split })).toBe('it was built');
  });

  it.each([
    ['(a+)+b', 'without end'],
    ['(?:a|aa)+$', 'without end'],
    ['a*a*a*b', 'too often'],
    ['.*.*x', 'too often'],
    ['(?:a?){20}b', 'nothing|too many'],
    ['(?:a?b?){20}c', 'too many'],
    ['a*', 'nothing'],
    ['a|', 'nothing'],
    ['(a)\\1', 'not supported'],
    ['(?<n>a)\\g<n>', 'not supported'],
    ['(?>a+)', 'not supported'],
    ['(?<=a+)b', 'without end'],
    ['(?i:ß)+', 'without end'],
    ['a{2}{3}', 'repeated'],
    ['a**', 'repeated'],
    ['[[:alpha:]]', 'not supported'],
    ['[a', 'breaks off'],
    ['(a', 'not closed'],
    ['a)', 'not open'],
    ['a\\', 'breaks off'],
    ['', 'nothing'],
  ])('%s is refused', (pattern, why) => {
    expect(problemOfPattern(pattern)).toMatch(new RegExp(why));
  });

  it('of our own singular words is run, and does what it did', async () => {
    const singular = build({}, withSingularWords(tokenizerJson));
    const { ids } = await singular.tokenize(['lamps tables']);
    expect([...ids].map((id) => tokens[id])).toEqual(['lamp', 'table']);
  });
});

describe('a normaliser', () => {
  it('may make a text longer, but not without bounds', () => {
    const replace = (found: string, content: string) =>
      ({ kind: 'replace', found, least: found.length, content }) as const;
    expect(growthOf([])).toBe(1);
    expect(growthOf([replace('!', ' ! '), replace('?', ' ? ')])).toBe(3);
    expect(growthOf(Array.from({ length: 5 }, () => replace('a', 'aa')))).toBe(32);
    expect(growthOf([replace('a', 'b'.repeat(10)), replace('b', 'c'.repeat(10))])).toBe(100);
    const doubling = Array.from({ length: 9 }, () => ({
      type: 'Replace',
      pattern: { String: 'a' },
      content: 'aa',
    }));
    expect(refused({ normalizer: { type: 'Sequence', normalizers: doubling } })).toContain('at most 32');
  });

  it('with a character map replaces what it names, and is refused where a way leads out of it', async () => {
    const map = characterMap({ Ｌ: 'l', '①': '4' });
    const built = build({ normalizer: { type: 'Precompiled', precompiled_charsmap: map } });
    const { ids } = await built.tokenize(['Ｌamp ①']);
    expect([...ids].map((id) => tokens[id])).toEqual(['lamp', '4']);
    const bytes = Buffer.from(map, 'base64');
    const withMap = (precompiled_charsmap: string) =>
      refused({ normalizer: { type: 'Precompiled', precompiled_charsmap } });
    expect(withMap('AAAA')).toContain('length of its trie');
    expect(withMap('AAAAAA==')).toContain('length of its trie');
    expect(withMap(bytes.subarray(0, bytes.length - 5).toString('base64'))).not.toBe('it was built');
    expect(withMap(`${map} `)).toContain('base64');
    bytes.writeUInt32LE(0x7fffffff, 4);
    expect(withMap(bytes.toString('base64'))).toContain('leads out of its trie');
  });
});

describe('what would end the process', () => {
  const token = (content: string, flags: object) => ({
    ...{
      id: 4,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: false,
    },
    ...flags,
  });

  it.each([
    ['an empty text to put before', { normalizer: { type: 'Prepend', prepend: '' } }, '"prepend" is empty'],
    ['pieces of no length', { pre_tokenizer: { type: 'FixedLength', length: 0 } }, 'whole number from 1'],
    [
      'a prefix longer than what it is cut from',
      {
        model: { ...tokenizer.model, type: 'BPE', continuing_subword_prefix: 'xxxx', merges: ['desk lamp'] },
      },
      '"merges"[0]',
    ],
    [
      'added tokens that claim the same spaces',
      { added_tokens: [token('<a>', { rstrip: true }), token(' ', { lstrip: true })] },
      'claim the same spaces',
    ],
    [
      'added tokens that claim the same spaces once they are normalised',
      {
        normalizer: { type: 'Replace', pattern: { String: '_' }, content: ' ' },
        added_tokens: [
          token('a', { rstrip: true, normalized: true }),
          token('_', { lstrip: true, normalized: true }),
        ],
      },
      'claim the same spaces',
    ],
    [
      'a step that nobody knows',
      { pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'Else' }] } },
      '"Else"',
    ],
  ])('is refused before: %s', (_, part, why) => {
    expect(refused(part)).toContain(why);
  });
});
