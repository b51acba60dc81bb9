import { AttuneError } from '@attune/errors';
import { foldCharacters, textRuns } from '@attune/text';
import { type Cut, type CutName, createCut, defaultCut } from './cuts/cut.js';
import { stemLanguageOf } from './stemmers/stem-language-of.js';
import { type StemLanguage, stemLanguages, stemmerFor } from './stemmers/stemmer-for.js';

/**
 * - `plain`: runs of letters and digits, folded.
 * - `english`, or another language that Snowball has: these, as their stems, so that `shelves` finds `shelve`.
 * - `english-split` and so on: letters and digits apart first, so that `12in` finds `12 in`.
 */
export type AnalyserName = 'plain' | StemLanguage | `${StemLanguage}-split`;

export const analyserNames: readonly AnalyserName[] = [
  'plain',
  ...stemLanguages.flatMap((language) => [language, `${language}-split`] as const),
];

/** All names in few words. */
export const analyserForms = `plain, a language or LANGUAGE-split (languages: ${stemLanguages.join(', ')})`;

/**
 * Those worth trying on texts of a language, the plain one first. Where Snowball has no stemmer the Latin words are taken for English ones.
 *
 * @param language  BCP 47, such as `de`; undefined where it is not known
 */
export function analysersFor(language: string | undefined): AnalyserName[] {
  const stems = (language !== undefined && stemLanguageOf(language)) || 'english';
  return ['plain', stems, `${stems}-split`];
}

/** Turns a text into the terms that are indexed and asked for. Documents and queries need the same one. */
export interface Analyser {
  readonly name: AnalyserName;
  readonly cut: CutName;
  /** Other wherever the same text gives other terms: a saved index of another identity is refused. */
  readonly identity: string;
  /** Terms in the order of the text, repeated as often as they stand there. */
  terms(text: string): string[];
}

// Rises when the same text gives other terms than before.
const version = 2;

const words = /[\p{L}\p{N}\p{M}]+/gu;
const lettersOrDigits = /[\p{L}\p{M}]+|\p{N}+/gu;
const wordsAscii = /[a-z0-9]+/g;
const lettersOrDigitsAscii = /[a-z]+|[0-9]+/g;

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
const ascii = /^[\x00-\x7f]*$/;
// A superset of the letters that are cut: blocks, which are several times faster than scripts.
const mayBeCut =
  /[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u19e0-\u19ff\u2e80-\ua4cf\ua960-\ua97f\ua9e0-\ua9ff\uaa60-\uaa7f\uac00-\ud7ff\uf900-\ufaff\u{1aff0}-\u{1b16f}\u{20000}-\u{3ffff}]/u;

// Beyond this many words the memory of stems starts anew: a server meets endless spellings.
const rememberedStems = 200_000;

const made = new Map<string, Analyser>();

/**
 * One of a name and a cut serves all indexes of a thread, so that each stem is found once.
 *
 * @param cut  of scripts without blanks. Default `characters+pairs`.
 * @throws {AttuneError} INVALID_ARGUMENT for a name that is not one of `analyserNames`; as `createCut`
 */
export function createAnalyser(name: AnalyserName, cut: CutName = defaultCut): Analyser {
  const key = `${name} ${cut}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const analyser = newAnalyser(name, createCut(cut));
  made.set(key, analyser);
  return analyser;
}

function newAnalyser(name: AnalyserName, cut: Cut): Analyser {
  if (!analyserNames.includes(name)) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected an analyser to be ${analyserForms}, but received ${JSON.stringify(name)}.`,
    );
  }
  const about = { name, cut: cut.name, identity: `${name} ${version}, ${cut.identity}` };
  if (name === 'plain') return { ...about, terms: (text) => split(text, wordsAscii, words, cut) };
  const language = name.replace(/-split$/, '') as StemLanguage;
  const terms =
    language === name
      ? withStems(stemmerFor(language), wordsAscii, words, cut)
      : withStems(stemmerFor(language), lettersOrDigitsAscii, lettersOrDigits, cut);
  return { ...about, terms };
}

function withStems(
  stemOf: (word: string) => string,
  inAscii: RegExp,
  inUnicode: RegExp,
  cut: Cut,
): (text: string) => string[] {
  const stems = new Map<string, string>();
  const stem = (word: string): string => {
    let found = stems.get(word);
    if (found === undefined) {
      if (stems.size >= rememberedStems) stems.clear();
      found = stemOf(word);
      stems.set(word, found);
    }
    return found;
  };
  return (text) => {
    const terms = split(text, inAscii, inUnicode, cut);
    for (let i = 0; i < terms.length; ++i) terms[i] = stem(terms[i]!);
    return terms;
  };
}

/**
 * Words are cut by a fast expression where a text has no letter of the scripts that `cut` is for. Unicode classes cost several times what
 * ASCII ranges do, and most texts are ASCII: all ways give the same there.
 */
function split(text: string, inAscii: RegExp, inUnicode: RegExp, cut: Cut): string[] {
  if (ascii.test(text)) return text.toLowerCase().match(inAscii) ?? [];
  const folded = foldCharacters(text);
  if (!mayBeCut.test(folded)) return folded.match(inUnicode) ?? [];
  const terms: string[] = [];
  for (const { kind, text: run } of textRuns(folded)) {
    const found = kind === 'word' ? run.match(inUnicode) : cut.terms(run, kind);
    if (found !== null) for (const term of found) terms.push(term);
  }
  return terms;
}
