/** The tokens of a base that is made of texts alone: every character of theirs, and what byte-pair encoding joins of them. */

export interface Vocabulary {
  /** By id. The first is the unknown token, then the characters, the most frequent first, then what is joined of them. */
  tokens: string[];
  /** Which two tokens are joined, in the order in which they are. */
  merges: [left: string, right: string][];
}

export interface VocabularyLimits {
  /** Two tokens are joined where they stand beside each other at least so often: what is joined of fewer has too few texts to learn from. */
  leastCount: number;
  /** Tokens at most, but for characters, which are all in it. */
  mostTokens: number;
  /** Characters of a token at most. */
  longestToken: number;
}

export const unknownToken = '[UNK]';

/** Ids stay below it, so that two of them make one exact number. */
const idLimit = 2 ** 24;

/** Two tokens beside each other: how often, and in which words. */
interface Pair {
  count: number;
  words: Set<number>;
}

/**
 * Byte-pair encoding over characters (code points). Of equally frequent pairs the one of lower ids is joined first, so that the same words give
 * the same vocabulary.
 *
 * @param words  with how often each occurs; no token crosses the end of one
 * @see Sennrich, Haddow, Birch 2016, https://arxiv.org/abs/1508.07909
 */
export function learnVocabulary(
  words: ReadonlyMap<string, number>,
  { leastCount, mostTokens, longestToken }: VocabularyLimits,
): Vocabulary {
  const tokens = [unknownToken, ...charactersOf(words)];
  const idOf = new Map(tokens.map((token, id) => [token, id]));
  const lengths = tokens.map(() => 1);
  const counts = [...words.values()];
  const spelled = Array.from(words.keys(), (word) => Array.from(word, (character) => idOf.get(character)!));

  const pairs = new Map<number, Pair>();
  const count = (word: number, by: number): number[] => {
    const ids = spelled[word]!;
    const keys: number[] = [];
    for (let i = 0; i + 1 < ids.length; i++) {
      const key = ids[i]! * idLimit + ids[i + 1]!;
      let pair = pairs.get(key);
      if (pair === undefined) {
        pair = { count: 0, words: new Set() };
        pairs.set(key, pair);
      }
      pair.count += by;
      if (by > 0) pair.words.add(word);
      keys.push(key);
    }
    return keys;
  };
  spelled.forEach((_, word) => {
    count(word, counts[word]!);
  });
  const queue = new PairQueue();
  for (const [key, pair] of pairs) if (pair.count >= leastCount) queue.push(pair.count, key);

  const merges: Vocabulary['merges'] = [];
  for (let next = queue.pop(); next !== undefined && tokens.length < mostTokens; next = queue.pop()) {
    const { key } = next;
    const pair = pairs.get(key);
    if (pair === undefined || pair.count < leastCount) continue;
    if (pair.count !== next.count) {
      // It has become rarer since it was queued; whenever it became more frequent it was queued anew.
      if (pair.count < next.count) queue.push(pair.count, key);
      continue;
    }
    const left = Math.floor(key / idLimit);
    const right = key % idLimit;
    const length = lengths[left]! + lengths[right]!;
    if (length > longestToken) continue;
    const token = tokens[left]! + tokens[right]!;
    merges.push([tokens[left]!, tokens[right]!]);
    let id = idOf.get(token);
    if (id === undefined) {
      id = tokens.length;
      tokens.push(token);
      lengths.push(length);
      idOf.set(token, id);
    }
    const changed = new Set<number>();
    for (const word of pair.words) {
      const ids = spelled[word]!;
      const joined = join(ids, left, right, id);
      if (joined.length === ids.length) continue;
      count(word, -counts[word]!);
      spelled[word] = joined;
      for (const key of count(word, counts[word]!)) changed.add(key);
    }
    pairs.delete(key);
    for (const key of changed) {
      const { count } = pairs.get(key) ?? { count: 0 };
      if (count >= leastCount) queue.push(count, key);
    }
  }
  return { tokens, merges };
}

/** Every character of the words, the most frequent first; of equally frequent ones by code point. */
function charactersOf(words: ReadonlyMap<string, number>): string[] {
  const counts = new Map<string, number>();
  for (const [word, count] of words)
    for (const character of word) counts.set(character, (counts.get(character) ?? 0) + count);
  return [...counts]
    .sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || a.codePointAt(0)! - b.codePointAt(0)!)
    .map(([character]) => character);
}

/** The ids with every `left` `right`, from the beginning on, as `id`. */
function join(ids: readonly number[], left: number, right: number, id: number): number[] {
  const joined: number[] = [];
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] === left && ids[i + 1] === right) {
      joined.push(id);
      i++;
    } else joined.push(ids[i]!);
  }
  return joined;
}

/** A binary heap of pairs: the most frequent first, of equal ones that of the lowest key. */
class PairQueue {
  readonly #heap: { count: number; key: number }[] = [];

  push(count: number, key: number): void {
    const heap = this.#heap;
    let place = heap.push({ count, key }) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isBefore(place, parent)) break;
      this.#swap(place, parent);
      place = parent;
    }
  }

  pop(): { count: number; key: number } | undefined {
    const heap = this.#heap;
    if (heap.length === 0) return undefined;
    this.#swap(0, heap.length - 1);
    const first = heap.pop()!;
    for (let place = 0; ; ) {
      let least = place;
      for (const child of [2 * place + 1, 2 * place + 2])
        if (child < heap.length && this.#isBefore(child, least)) least = child;
      if (least === place) return first;
      this.#swap(place, least);
      place = least;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a]!, this.#heap[b]!];
    return one.count > other.count || (one.count === other.count && one.key < other.key);
  }

  #swap(a: number, b: number): void {
    [this.#heap[a], this.#heap[b]] = [this.#heap[b]!, this.#heap[a]!];
  }
}

/**
 * Content of tokenizer.json for a vocabulary. Texts are brought to one form (NFKC, lower case) and cut at blanks, around punctuation, and where
 * the script changes (kana count as Han) or digits begin and end. A character that the vocabulary does not have is unknown.
 */
export function tokenizerJsonOf({ tokens, merges }: Vocabulary): string {
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [
      {
        id: 0,
        content: unknownToken,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      },
    ],
    normalizer: { type: 'Sequence', normalizers: [{ type: 'NFKC' }, { type: 'Lowercase' }] },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'BertPreTokenizer' },
        { type: 'Digits', individual_digits: false },
        { type: 'UnicodeScripts' },
      ],
    },
    post_processor: null,
    decoder: null,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: unknownToken,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      // As text, which old versions of the library read too; no token has a blank.
      merges: merges.map((pair) => pair.join(' ')),
    },
  });
}
