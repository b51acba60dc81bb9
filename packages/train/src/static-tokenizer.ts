/** A teacher's tokeniser made into that of a static table. */
import type { Tokenizer } from '@attune/encode';
import { AttuneError } from '@attune/errors';

/** The tokeniser of a static table, and where its rows come from. */
export interface StaticTokenizer {
  /** Content of tokenizer.json. */
  json: string;
  /** The teacher's id of each row. */
  teacherIds: Int32Array;
}

/** The parts of tokenizer.json that are changed. */
interface TokenizerJson {
  normalizer?: unknown;
  pre_tokenizer?: unknown;
  added_tokens?: { id: number; content: string }[];
  model: { type?: string; unk_token?: string; vocab: Record<string, number> };
}

/**
 * Tokens of Latin script, and what all scripts share: digits, punctuation, symbols. BERT's `[unusedN]` are left out. Of
 * BERT's English vocabulary that keeps nine in ten; no text in Latin script loses a word by it.
 */
export function isLatinToken(token: string): boolean {
  return (
    /^[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]+$/u.test(token) &&
    !/^\[unused\d+\]$/.test(token)
  );
}

/**
 * The teacher's tokeniser without special tokens around a text. Where it is a WordPiece tokeniser, digits are split from
 * letters, so that `10ft` is `10` and `ft` whatever the vocabulary knows, and the tokens that `keepToken` refuses are
 * left out; special tokens always stay, and rows keep the order of the teacher's ids.
 *
 * @throws {AttuneError} INVALID_ARGUMENT when tokens are to be left out of a tokeniser that is not WordPiece: the merges
 *   of the others need all of their tokens
 */
export function staticTokenizer(
  teacher: Tokenizer,
  keepToken: ((token: string) => boolean) | undefined,
): StaticTokenizer {
  const source = JSON.parse(teacher.settings.json) as TokenizerJson;
  const plain = { ...source, truncation: null, padding: null, post_processor: null };
  if (teacher.settings.lowercase) {
    const lowercase = { type: 'Lowercase' };
    plain.normalizer = source.normalizer
      ? { type: 'Sequence', normalizers: [lowercase, source.normalizer] }
      : lowercase;
  }
  if (source.model.type !== 'WordPiece') {
    if (keepToken) {
      throw new AttuneError(
        'INVALID_ARGUMENT',
        `Expected no keepToken for a tokeniser of type ${source.model.type}: only WordPiece can do without tokens.`,
      );
    }
    const rows = Math.max(...teacher.vocabulary().values()) + 1;
    return { json: JSON.stringify(plain), teacherIds: Int32Array.from({ length: rows }, (_, row) => row) };
  }
  const always = new Set([
    source.model.unk_token ?? '[UNK]',
    ...(source.added_tokens ?? []).map(({ content }) => content),
  ]);
  const kept = [...teacher.vocabulary()]
    .filter(([token]) => always.has(token) || (keepToken?.(token) ?? true))
    .sort(([, a], [, b]) => a - b);
  const rowOf = new Map(kept.map(([token], row) => [token, row]));
  const inModel = kept.filter(([token]) => Object.hasOwn(source.model.vocab, token));
  const digits = { type: 'Digits', individual_digits: false };
  const json = JSON.stringify({
    ...plain,
    pre_tokenizer: source.pre_tokenizer
      ? { type: 'Sequence', pretokenizers: [source.pre_tokenizer, digits] }
      : digits,
    added_tokens: source.added_tokens?.map((token) => ({ ...token, id: rowOf.get(token.content)! })),
    model: {
      ...source.model,
      vocab: Object.fromEntries(inModel.map(([token]) => [token, rowOf.get(token)!])),
    },
  });
  return { json, teacherIds: Int32Array.from(kept, ([, id]) => id) };
}
