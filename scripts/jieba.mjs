// Words of jieba's dictionary with their frequencies, from the npm package @node-rs/jieba, as texts to distil with and as the vocabulary of
// a table: a tokeniser that cuts Chinese into the likeliest words by itself, in any program that reads tokenizer.json.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmSource } from './npm-source.mjs';

const source = '@node-rs/jieba@2.0.3';

/** A word is a line `word frequency part-of-speech`. Rarer ones than these are mostly names, and teach nothing that was measured. */
const leastFrequency = 4;
const mixes = 50_000;
/** Of a mix's parts, the share that are the teacher's words in Latin letters: titles are mixed so. */
const latinShare = 0.1;

const isHan = (text) => /^\p{Script=Han}+$/u.test(text);
const byFrequency = ([a, x], [b, y]) => y - x || (a < b ? -1 : 1);

/** @returns every word once, folded, with its frequency, the most frequent first; and the licence */
async function readDictionary(cache) {
  const folder = await npmSource(cache, source, 'dict.txt');
  const words = new Map();
  for (const line of readFileSync(join(folder, 'dict.txt'), 'utf8').trim().split('\n')) {
    const [word, frequency] = line.split(' ');
    const folded = word.normalize('NFKC').toLowerCase();
    words.set(folded, (words.get(folded) ?? 0) + Number(frequency));
  }
  return {
    words: [...words].sort(byFrequency),
    license: readFileSync(join(folder, 'LICENSE'), 'utf8'),
  };
}

/** Numbers from 0 to 1, the same in every run: a linear congruential generator (Numerical Recipes, 3rd edition, 7.1). */
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Two to five words in a row, as titles are, though of no meaning: the teacher says what they make together. */
function mixedTexts(words, latin, seed) {
  const random = randomNumbers(seed);
  const drawn = words.filter(([word]) => isHan(word) && word.length > 1);
  const sums = [];
  // The square root, so that rarer words come up too.
  for (const [, frequency] of drawn) sums.push((sums.at(-1) ?? 0) + Math.sqrt(frequency));
  const draw = () => {
    const at = random() * sums.at(-1);
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] < at) low = middle + 1;
      else high = middle;
    }
    return drawn[low][0];
  };
  const part = () => (random() < latinShare ? ` ${latin[Math.floor(random() * latin.length)]} ` : draw());
  const texts = new Set();
  while (texts.size < mixes) {
    const parts = Array.from({ length: 2 + Math.floor(random() * 4) }, part);
    texts.add(parts.join('').replace(/ +/g, ' ').trim());
  }
  return [...texts];
}

/**
 * A tokeniser by the likeliest cut (Unigram, Kudo 2018): every Chinese character that the teacher knows, the dictionary's most frequent
 * words, and the teacher's own pieces of other scripts.
 *
 * @param teacherTokens  the teacher's WordPiece vocabulary
 * @returns `json`, the content of tokenizer.json, and `texts`, what each row stands for, the most frequent first; row 0 is the unknown
 */
function jiebaVocabulary(dictionary, teacherTokens, wholeWords) {
  const frequencies = new Map(dictionary);
  const pieces = new Set(
    teacherTokens
      .filter(
        (token) =>
          !/^\[.*\]$|^<[ST]>$/.test(token) && (!token.startsWith('##') || /^##[a-z0-9]+$/.test(token)),
      )
      .map((token) => token.replace(/^##/, '').normalize('NFKC').toLowerCase())
      .filter((token) => token !== '' && !/\s/.test(token)),
  );
  const characters = new Map();
  for (const [word, frequency] of dictionary)
    for (const character of word) characters.set(character, (characters.get(character) ?? 0) + frequency);
  const words = dictionary.filter(([word]) => isHan(word) && [...word].length > 1).slice(0, wholeWords);
  let total = 0;
  for (const [, frequency] of dictionary) total += frequency;
  // Of pieces of other scripts no frequency is known. A long one is to be taken before its parts.
  const rows = [
    ...words.map(([word, frequency]) => ({ token: word, frequency, share: frequency })),
    ...[...pieces].map((token) =>
      isHan(token)
        ? { token, frequency: characters.get(token) ?? 1, share: frequencies.get(token) ?? 0.5 }
        : { token, frequency: 500 / token.length, share: 50 * token.length ** 2 },
    ),
  ].sort((a, b) => byFrequency([a.token, a.frequency], [b.token, b.frequency]));
  const vocab = rows.map(({ token, share }) => [token, Number(Math.log(share / total).toFixed(4))]);
  const json = JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: { type: 'Sequence', normalizers: [{ type: 'NFKC' }, { type: 'Lowercase' }] },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'BertPreTokenizer' },
        { type: 'Digits', individual_digits: false },
        { type: 'Split', pattern: { Regex: '\\p{Han}+' }, behavior: 'Isolated', invert: false },
      ],
    },
    post_processor: null,
    decoder: null,
    model: { type: 'Unigram', unk_id: 0, vocab: [['[UNK]', -100], ...vocab], byte_fallback: false },
  });
  return { json, texts: ['', ...rows.map(({ token }) => token)], words: words.length };
}

/**
 * @param teacherTokens  the teacher's WordPiece vocabulary
 * @param wholeWords     how many words of two characters and more are tokens
 */
export async function jiebaTexts(cache, teacherTokens, { wholeWords, seed }) {
  const { words: dictionary, license } = await readDictionary(cache);
  const words = dictionary.filter(([, frequency]) => frequency >= leastFrequency);
  const latin = teacherTokens.filter((token) => /^[a-z]{3,}$/.test(token));
  return {
    source,
    license,
    words: words.map(([word]) => word),
    mixes: mixedTexts(words, latin, seed),
    vocabulary: jiebaVocabulary(dictionary, teacherTokens, wholeWords),
  };
}
