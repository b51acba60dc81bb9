import { Tokenizer } from '@attune/encode';
import { describe, expect, it } from 'vitest';
import {
  learnVocabulary,
  tokenizerJsonOf,
  type Vocabulary,
} from '../../../../packages/train/src/catalogue-base/vocabulary.js';

const limits = { leastCount: 2, mostTokens: 1000, longestToken: 16 };
const counted = (...words: string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
};
const tokenizerOf = (vocabulary: Vocabulary): Tokenizer =>
  new Tokenizer({
    json: tokenizerJsonOf(vocabulary),
    addSpecialTokens: false,
    maxTokens: null,
    truncationSide: 'right',
    lowercase: false,
    rows: vocabulary.tokens.length,
  });
const tokensOf = async (vocabulary: Vocabulary, text: string): Promise<string[]> => {
  const { ids } = await tokenizerOf(vocabulary).tokenize([text]);
  return Array.from(ids, (id) => vocabulary.tokens[id]!);
};

describe('a vocabulary learned from words', () => {
  it('joins the most frequent pair first, and of equals that of the more frequent characters', () => {
    // Sennrich's example: e s and es t stand there 9 times, l o and lo w 7, then n e and e w 6, of which e w has the lower ids.
    const words = new Map([
      ['low', 5],
      ['lower', 2],
      ['newest', 6],
      ['widest', 3],
    ]);
    const { merges } = learnVocabulary(words, { ...limits, leastCount: 6 });
    expect(merges.slice(0, 2)).toEqual([
      ['e', 's'],
      ['es', 't'],
    ]);
    expect(merges.map((pair) => pair.join(''))).toEqual(['es', 'est', 'lo', 'low', 'ew', 'new', 'newest']);
  });

  it('has every character, however rare and wherever it is from', () => {
    const words = counted('ラーメン', '寿司', 'สวัสดี', '한국어', '𠮷野家', 'é', '👩‍💻');
    const { tokens } = learnVocabulary(words, { ...limits, mostTokens: 3 });
    const characters = new Set([...words.keys()].flatMap((word) => [...word]));
    expect(new Set(tokens.slice(1))).toEqual(characters);
  });

  it('stops at its limits', () => {
    const words = counted(...Array.from({ length: 5 }, () => 'ねこねこねこ'), 'いぬ');
    const longest = (vocabulary: Vocabulary) =>
      Math.max(...vocabulary.tokens.slice(1).map((token) => token.length));
    expect(longest(learnVocabulary(words, limits))).toBe(6);
    expect(longest(learnVocabulary(words, { ...limits, longestToken: 2 }))).toBe(2);
    expect(learnVocabulary(words, limits).tokens).not.toContain('いぬ');
    expect(learnVocabulary(words, { ...limits, leastCount: 1 }).tokens).toContain('いぬ');
    expect(learnVocabulary(words, { ...limits, mostTokens: 6 }).tokens).toHaveLength(6);
  });

  it('is cut as it was learned by the tokenizers library', async () => {
    const words = counted('newest', 'newest', 'lowest', 'lowest', 'ねこ', 'ねこ');
    const vocabulary = learnVocabulary(words, limits);
    expect(await tokensOf(vocabulary, 'NEWEST, lowestねこ')).toEqual(['newest', '[UNK]', 'lowest', 'ねこ']);
    expect(await tokensOf(vocabulary, 'こね ｔｅｎ')).toEqual(['こ', 'ね', 't', 'e', 'n']);
  });

  it('gives the same words in another order the same tokens', () => {
    const words = counted('たぬき', 'たぬき', 'きつね', 'きつね', 'ねこ', 'ねこ');
    const turned = new Map([...words].reverse());
    expect(learnVocabulary(turned, limits)).toEqual(learnVocabulary(words, limits));
  });
});
