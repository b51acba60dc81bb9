/** Tokenisers that are whole: small ones of the four kinds with every component that is known, and real ones where they are. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../end-to-end/harness/repository.js';
import { characterMap } from './character-map.js';

export interface WholeTokenizer {
  name: string;
  json: string;
  rows: number;
}

const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];
const words = [
  ...special,
  ...'abcdeklmopqrstz0 1.,-!ĠÂé▁漢字가'.split(''),
  ...[
    'de',
    'des',
    'desk',
    'la',
    'lam',
    'lamp',
    'xx',
    'xxa',
    '##s',
    '##k',
    '▁desk',
    '▁lamp',
    '<0x61>',
    'Ġdesk',
    's</w>',
    'k</w>',
  ],
];
const vocab = Object.fromEntries(words.map((word, id) => [word, id]));

const added = (id: number, flags: object = {}) => ({
  ...{
    id,
    content: words[id],
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: id < 4,
  },
  ...flags,
});

const template = {
  type: 'TemplateProcessing',
  single: [
    { SpecialToken: { id: '[CLS]', type_id: 0 } },
    { Sequence: { id: 'A', type_id: 0 } },
    { SpecialToken: { id: '[SEP]', type_id: 0 } },
  ],
  pair: [
    { Sequence: { id: 'A', type_id: 0 } },
    { SpecialToken: { id: '[SEP]', type_id: 0 } },
    { Sequence: { id: 'B', type_id: 1 } },
  ],
  special_tokens: {
    '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
    '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
  },
};

export const map = characterMap({
  ﬁ: 'fi',
  '①': '1',
  Ａ: 'A',
  é: 'e\u0301',
  '\u00ad': '',
  '\ufdfa': 'صلى الله',
});

/** Steps of a normaliser, of every kind. */
export const normalizers: object[] = [
  {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  ...['NFC', 'NFD', 'NFKC', 'NFKD', 'Lowercase', 'StripAccents', 'Nmt', 'ByteLevel'].map((type) => ({
    type,
  })),
  { type: 'Strip', strip_left: true, strip_right: true },
  { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
  { type: 'Replace', pattern: { Regex: '\\s{2,}' }, content: ' ' },
  { type: 'Replace', pattern: { String: '``' }, content: '"' },
  { type: 'Prepend', prepend: '▁' },
  { type: 'Precompiled', precompiled_charsmap: map },
];

const gpt2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
const cl100k =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

/** Steps of a pre-tokeniser, of every kind. */
export const preTokenizers: object[] = [
  ...['BertPreTokenizer', 'Whitespace', 'WhitespaceSplit', 'UnicodeScripts'].map((type) => ({ type })),
  { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
  { type: 'CharDelimiterSplit', delimiter: '-' },
  { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
  { type: 'Split', pattern: { Regex: gpt2 }, behavior: 'Isolated', invert: false },
  { type: 'Split', pattern: { Regex: cl100k }, behavior: 'Removed', invert: true },
  { type: 'Split', pattern: { String: ' ' }, behavior: 'MergedWithPrevious', invert: false },
  { type: 'Punctuation', behavior: 'Contiguous' },
  { type: 'Digits', individual_digits: true },
  { type: 'FixedLength', length: 3 },
];

/** Post-processors, of every kind. */
export const postProcessors: (object | null)[] = [
  null,
  template,
  { type: 'BertProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2] },
  {
    type: 'RobertaProcessing',
    sep: ['[SEP]', 3],
    cls: ['[CLS]', 2],
    trim_offsets: true,
    add_prefix_space: true,
  },
  { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
  {
    type: 'Sequence',
    processors: [{ type: 'ByteLevel', add_prefix_space: true, trim_offsets: true }, template],
  },
];

/** Models, of the four kinds. */
export const models: object[] = [
  { type: 'WordLevel', vocab, unk_token: '[UNK]' },
  {
    type: 'WordPiece',
    vocab,
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
  },
  {
    type: 'Unigram',
    unk_id: 1,
    byte_fallback: true,
    vocab: words.map((word, i) => [word, -1 - i / 7]),
  },
  {
    ...{
      type: 'BPE',
      dropout: null,
      unk_token: '[UNK]',
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
    },
    ...{ fuse_unk: true, byte_fallback: true, ignore_merges: false, vocab },
    merges: ['d e', 'de s', ['des', 'k'], 'l a', 'la m', 'lam p'],
  },
  {
    ...{
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: 'xx',
      end_of_word_suffix: '</w>',
    },
    ...{ fuse_unk: false, byte_fallback: false, ignore_merges: true, vocab: { ...vocab, xxe: words.length } },
    merges: [['d', 'xxe']],
  },
];

const addedTokens = [
  [0, 1, 2, 3].map((id) => added(id)),
  [added(2, { lstrip: true, rstrip: true }), added(7, { single_word: true, normalized: true })],
  [added(20, { lstrip: true, special: false }), added(8, { rstrip: true, normalized: true })],
];

function small(): WholeTokenizer[] {
  return models.flatMap((model, m) =>
    [0, 1, 2, 3, 4].map((k) => {
      const chosen = <T>(list: readonly T[], step: number): T => list[(m * 7 + k * step) % list.length]!;
      const steps = <T>(list: readonly T[], first: number) => [
        chosen(list, first),
        list[(m * 3 + k * first + 1) % list.length]!,
      ];
      const tokenizer = {
        version: '1.0',
        truncation:
          k === 0 ? { max_length: 8, strategy: 'LongestFirst', stride: 0, direction: 'Right' } : null,
        padding: null,
        added_tokens: chosen(addedTokens, 1),
        normalizer: k === 4 ? null : { type: 'Sequence', normalizers: steps(normalizers, 3) },
        pre_tokenizer:
          k === 3 ? chosen(preTokenizers, 1) : { type: 'Sequence', pretokenizers: steps(preTokenizers, 2) },
        post_processor: chosen(postProcessors, 1),
        decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
        model,
      };
      // One row more than words, for the model that has a word more.
      return { name: `small ${m}.${k}`, json: JSON.stringify(tokenizer), rows: words.length + 1 };
    }),
  );
}

const shared = process.env['ATTUNE_SHARED'] ?? join(root, '../shared');

function real(): WholeTokenizer[] {
  const places = [
    ...['base-en', 'base-zh'].map((name) => join(root, `npm/${name}/attune-${name}/tokenizer.json`)),
    ...['all-MiniLM-L6-v2', 'bge-small-zh-v1.5'].map((name) => join(shared, `models/${name}/tokenizer.json`)),
  ];
  return places.filter(existsSync).map((path) => {
    const json = readFileSync(path, 'utf8');
    const { vocab: all } = JSON.parse(json).model as { vocab: object };
    return { name: path.slice(path.lastIndexOf('/', path.length - 16)), json, rows: Object.keys(all).length };
  });
}

export const smallTokenizers = small();
export const realTokenizers = real();
