import type { WorkOptions } from '@attune/binding';
import { type Script, scriptShares, spreadRows } from '@attune/text';
import type { Tokenizer, TokenSpans } from '../text/tokenizer.js';

/** How much of some texts a model's vocabulary knows. */
export interface Coverage {
  /** Texts that were looked at: a sample, of those that say something. */
  texts: number;
  /** Of these texts, by the tokeniser. */
  tokens: number;
  /** Those that stand for what the vocabulary does not have, such as [UNK]. */
  unknownTokens: number;
  /** The mean over the texts of how much of each is unknown: 0 to 1; 0 without texts. */
  unknownShare: number;
  /** The script of most letters that are unknown; undefined where none is. */
  unknownScript: Script | undefined;
  /** The first few texts of which most is unknown, shortened. */
  examples: string[];
}

/** So many texts tell a share to some 3 %, in a few hundredths of a second. */
const mostTexts = 1_000;
/** Code points of a text that are looked at. */
const mostCharacters = 500;
const mostExamples = 2;
const exampleCharacters = 40;

/** Letters, digits and emoji: what a text says. Signs such as (c), which Unicode counts among pictures, and arrows are none. */
const saying = /\p{L}|\p{N}|(?=[\u2300-\u{10ffff}])\p{Extended_Pictographic}/u;

/**
 * How much of texts a vocabulary knows, by a sample of them.
 *
 *     unknown(text) = max(unknown tokens / tokens, unread letters / letters)
 *     unknownShare  = mean over the texts of unknown(text)
 *
 * A letter, digit or emoji is unread where an unknown token stands for it, or none does because the tokeniser drops it; a token counts where it
 * stands for one. Both shares are needed: one unknown token may be a whole line of Thai, and a Chinese word of two letters may stand beside a long
 * one of Latin letters. The mean is over texts, because a token is a word in one language and a letter in another.
 *
 * Where the vocabulary has every byte (byte-level BPE), nothing is unknown.
 *
 * @param texts  as people write them, without prompts
 */
export async function measureCoverage(
  tokenizer: Tokenizer,
  texts: readonly string[],
  options?: WorkOptions,
): Promise<Coverage> {
  const says = remembered((character) => saying.test(character));
  const sample: string[][] = [];
  for (const row of spreadRows(texts.length, mostTexts)) {
    // Twice as many code units hold at least as many code points.
    const characters = Array.from(texts[row]!.slice(0, 2 * mostCharacters)).slice(0, mostCharacters);
    if (characters.some(says)) sample.push(characters);
  }
  const read = await tokenizer.spans(
    sample.map((characters) => characters.join('')),
    options,
  );
  const each = sample.map((characters, i) => coverageOf(characters.map(says), read[i]!, tokenizer));
  const sum = (of: 'tokens' | 'unknownTokens' | 'share') =>
    each.reduce((total, coverage) => total + coverage[of], 0);
  const unknownMost = sample.filter((_, i) => each[i]!.share > 0.5);
  return {
    texts: sample.length,
    tokens: sum('tokens'),
    unknownTokens: sum('unknownTokens'),
    unknownShare: sample.length > 0 ? sum('share') / sample.length : 0,
    unknownScript: scriptOf(each.flatMap(({ unread }, i) => unread.map((place) => sample[i]![place]!))),
    examples: unknownMost.slice(0, mostExamples).map(shortened),
  };
}

function scriptOf(letters: readonly string[]): Script | undefined {
  const [most] = Object.entries(scriptShares(letters)).sort(([, a], [, b]) => b - a);
  return most![1] > 0 ? (most![0] as Script) : undefined;
}

interface TextCoverage {
  tokens: number;
  unknownTokens: number;
  share: number;
  /** Places of the letters that are not read. */
  unread: number[];
}

function coverageOf(
  says: readonly boolean[],
  { ids, spans }: TokenSpans,
  { unknownId, settings: { maxTokens } }: Tokenizer,
): TextCoverage {
  const isRead = new Uint8Array(says.length);
  let tokens = 0;
  let unknownTokens = 0;
  for (const [i, [begin, end]] of spans.entries()) {
    if (!says.slice(begin, end).includes(true)) continue;
    tokens += 1;
    if (ids[i] === unknownId) unknownTokens += 1;
    else isRead.fill(1, begin, end);
  }
  // Last, because the sign that SentencePiece puts before a word stands on its first letter.
  for (const [i, [begin, end]] of spans.entries()) if (ids[i] === unknownId) isRead.fill(0, begin, end);
  // What is cut off is not unknown.
  const isCut = maxTokens !== null && ids.length >= maxTokens;
  const [begin, end] = isCut ? [spans[0]![0], spans.at(-1)![1]] : [0, says.length];
  const unread: number[] = [];
  let letters = 0;
  for (let place = begin; place < end; ++place) {
    if (!says[place]) continue;
    letters += 1;
    if (!isRead[place]) unread.push(place);
  }
  const share = Math.max(tokens > 0 ? unknownTokens / tokens : 0, letters > 0 ? unread.length / letters : 0);
  return { tokens, unknownTokens, share, unread };
}

/** Texts are made of few different characters, and a class of Unicode is slow to look up. */
function remembered(test: (character: string) => boolean): (character: string) => boolean {
  const known = new Map<string, boolean>();
  return (character) => {
    const before = known.get(character);
    if (before !== undefined) return before;
    const answer = test(character);
    known.set(character, answer);
    return answer;
  };
}

function shortened(characters: readonly string[]): string {
  const text = characters.join('').replace(/\s+/g, ' ').trim();
  const kept = Array.from(text).slice(0, exampleCharacters).join('');
  return kept === text ? text : `${kept.trimEnd()} …`;
}
