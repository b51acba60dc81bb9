import { AttuneError } from '@attune/errors';
import { stemEnglish } from './english-stemmer.js';

/**
 * - `plain`: runs of letters and digits, lower case.
 * - `english`: these, as their Snowball stems, so that `shelves` finds `shelve`.
 * - `english-split`: letters and digits apart first, so that `12in` finds `12 in`.
 */
export type AnalyserName = 'plain' | 'english' | 'english-split';

export const analyserNames: readonly AnalyserName[] = ['plain', 'english', 'english-split'];

/** Turns a text into the terms that are indexed and asked for. Documents and queries need the same one. */
export interface Analyser {
  readonly name: AnalyserName;
  /** Rises when the same text gives other terms than before: a saved index of another version is refused. */
  readonly version: number;
  /** Terms in the order of the text, repeated as often as they stand there. */
  terms(text: string): string[];
}

// A mark belongs to the letter before it. Numbers are \p{N}, so `½` is a term that can be asked for.
const words = /[\p{L}\p{N}\p{M}]+/gu;
const lettersOrDigits = /[\p{L}\p{M}]+|\p{N}+/gu;
const wordsAscii = /[a-z0-9]+/g;
const lettersOrDigitsAscii = /[a-z]+|[0-9]+/g;

// Beyond this many words the memory of stems starts anew: a server meets endless spellings.
const rememberedStems = 200_000;

const made = new Map<AnalyserName, Analyser>();

/**
 * One of a name serves all indexes of a thread, so that each stem is found once.
 *
 * @throws {AttuneError} INVALID_ARGUMENT for a name that is not one of `analyserNames`
 */
export function createAnalyser(name: AnalyserName): Analyser {
  const known = made.get(name);
  if (known !== undefined) return known;
  const analyser = newAnalyser(name);
  made.set(name, analyser);
  return analyser;
}

function newAnalyser(name: AnalyserName): Analyser {
  switch (name) {
    case 'plain':
      return { name, version: 1, terms: (text) => split(text, wordsAscii, words) };
    case 'english':
      return withStems(name, wordsAscii, words);
    case 'english-split':
      return withStems(name, lettersOrDigitsAscii, lettersOrDigits);
    default:
      throw new AttuneError(
        'INVALID_ARGUMENT',
        `Expected an analyser to be one of ${analyserNames.join(', ')}, but received ${JSON.stringify(name)}.`,
      );
  }
}

function withStems(name: AnalyserName, ascii: RegExp, unicode: RegExp): Analyser {
  const stems = new Map<string, string>();
  const stem = (word: string): string => {
    let found = stems.get(word);
    if (found === undefined) {
      if (stems.size >= rememberedStems) stems.clear();
      found = stemEnglish(word);
      stems.set(word, found);
    }
    return found;
  };
  return {
    name,
    version: 1,
    terms: (text) => {
      const terms = split(text, ascii, unicode);
      for (let i = 0; i < terms.length; ++i) terms[i] = stem(terms[i]!);
      return terms;
    },
  };
}

/** Unicode classes cost several times what ASCII ranges do, and most texts are ASCII: both give the same there. */
function split(text: string, ascii: RegExp, unicode: RegExp): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase().match(ascii) ?? [];
  return text.normalize('NFC').toLowerCase().match(unicode) ?? [];
}
