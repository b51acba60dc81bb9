import { type Script, type ScriptShares, scriptShares } from '../scripts.js';
import { languageInScript, type SharedScript } from './one-script.js';

export interface LanguageGuess {
  /** BCP 47, the language alone: `en`, `zh`, `pt`. Undefined where the texts do not tell. */
  language: string | undefined;
  /** Of the letters of the texts, how many are in the script that decided: 0 to 1. It is no probability. */
  share: number;
}

const mostTexts = 500;
const mostCharacters = 200;

/**
 * From this share of its letters on, those that are not Latin tell what script a text is in: brands, units and numbers of parts stand in Latin letters in
 * titles of every language, and a word of Chinese has few letters.
 */
const leastOther = 0.15;
/** Beyond this share of Kana, texts in Han and Kana are Japanese; a Chinese catalogue has some の too. */
const leastKana = 0.05;

const shared: Partial<Record<Script, SharedScript>> = {
  latin: 'Latin',
  cyrillic: 'Cyrillic',
  arabic: 'Arabic',
  devanagari: 'Devanagari',
};

const only: Partial<Record<Script, string>> = {
  hangul: 'ko',
  thai: 'th',
  lao: 'lo',
  khmer: 'km',
  myanmar: 'my',
  greek: 'el',
  hebrew: 'he',
};

/** Scripts that `scriptShares` counts as others, and the largest language of each. */
const others: readonly (readonly [language: string, letters: RegExp])[] = [
  ['hy', /\p{sc=Armenian}/gu],
  ['ka', /\p{sc=Georgian}/gu],
  ['bn', /\p{sc=Bengali}/gu],
  ['pa', /\p{sc=Gurmukhi}/gu],
  ['gu', /\p{sc=Gujarati}/gu],
  ['or', /\p{sc=Oriya}/gu],
  ['ta', /\p{sc=Tamil}/gu],
  ['te', /\p{sc=Telugu}/gu],
  ['kn', /\p{sc=Kannada}/gu],
  ['ml', /\p{sc=Malayalam}/gu],
  ['si', /\p{sc=Sinhala}/gu],
  ['am', /\p{sc=Ethiopic}/gu],
];

// Digraphs, and points that Yiddish spelling keeps.
const yiddish = /[װױײ]|[אייפּ][ַָּ]/gu;

/**
 * Which language texts are in, such as the titles of a catalogue or the queries of a log: by their script where one language has it, else by
 * their words. Of texts in several languages it is the one of most.
 *
 * Looks at the first 200 characters of at most 500 texts: evenly spaced ones of an array, else the first. Fifty titles are enough; with ten, near
 * languages (Danish and Norwegian, Spanish and Galician) may change places. Languages that are not known here, such as Swahili's
 * neighbours, come out undefined or as a near one.
 */
export function guessLanguage(texts: Iterable<string>): LanguageGuess {
  const sample = sampleOf(texts);
  const shares = scriptShares(sample);
  const script = scriptOf(sample, shares);
  if (script === undefined) return { language: undefined, share: 0 };
  if (script === 'han' || script === 'kana') {
    const share = shares.han + shares.kana;
    return { language: shares.kana >= leastKana * share ? 'ja' : 'zh', share };
  }
  const family = shared[script];
  if (family !== undefined) return { language: languageInScript(sample, family), share: shares[script] };
  const language = only[script] ?? otherOf(sample);
  return { language: language === 'he' ? hebrewOrYiddish(sample) : language, share: shares[script] };
}

/** The script of most texts that hold a letter. */
function scriptOf(sample: readonly string[], shares: ScriptShares): Script | undefined {
  let latin = 0;
  let others = 0;
  for (const text of sample) {
    const letters = text.match(/\p{L}/gu)?.length ?? 0;
    if (letters === 0) continue;
    const ofLatin = text.match(/\p{sc=Latin}/gu)?.length ?? 0;
    if (letters - ofLatin >= leastOther * letters) others += 1;
    else latin += 1;
  }
  if (latin + others === 0) return undefined;
  if (latin > others) return 'latin';
  const found = (Object.keys(shares) as Script[]).filter((script) => script !== 'latin');
  return found.reduce((best, script) => (shares[script] > shares[best] ? script : best));
}

function sampleOf(texts: Iterable<string>): string[] {
  const sample: string[] = [];
  if (Array.isArray(texts)) {
    const step = Math.max(1, texts.length / mostTexts);
    for (let at = 0; at < texts.length; at += step)
      sample.push(texts[Math.floor(at)].slice(0, mostCharacters));
    return sample;
  }
  for (const text of texts) {
    sample.push(text.slice(0, mostCharacters));
    if (sample.length === mostTexts) break;
  }
  return sample;
}

const countOf = (sample: readonly string[], letters: RegExp): number =>
  sample.reduce((sum, text) => sum + (text.match(letters)?.length ?? 0), 0);

function hebrewOrYiddish(sample: readonly string[]): string {
  return countOf(sample, yiddish) > 0.02 * countOf(sample, /\p{sc=Hebrew}/gu) ? 'yi' : 'he';
}

function otherOf(sample: readonly string[]): string | undefined {
  const counts = others.map(([language, letters]) => ({ language, count: countOf(sample, letters) }));
  const most = counts.reduce((best, each) => (each.count > best.count ? each : best));
  return most.count > 0 ? most.language : undefined;
}
