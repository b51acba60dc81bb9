import { createRequire } from 'node:module';
import { triplesFile } from '../compiled.js';
import { foldCharacters } from '../fold.js';

/** Scripts that several languages share, as far as their letter triples are known. */
export type SharedScript = 'Latin' | 'Cyrillic' | 'Arabic' | 'Devanagari';

// biome-ignore format: a line for each script
const languagesOf: Record<SharedScript, string[]> = {
  Latin: 'af az ca cs cy da de en eo es et eu fi fil fr ga gl hr hu id is it lt lv ms nl no pl pt ro sk sl sq sv sw tr uz vi'.split(' '),
  Cyrillic: 'be bg kk ky mk mn ru sr uk'.split(' '),
  Arabic: 'ar ckb fa ps ur'.split(' '),
  Devanagari: 'hi mr ne'.split(' '),
};

/** Logarithm of the share of a triple that a language is not known to have. */
const floor = -10.5;
/**
 * How much less a triple may tell on average than it does in the words that the table was made from. Titles and labels that it was not made from tell up
 * to 0.7 less; letters drawn at random and numbers of parts 1.9 and more.
 */
const mostLoss = 1.2;
/** How much likelier than the second the first has to be: logarithm of a ratio, words counted once. */
const leastMargin = 3;
const fewestTriples = 12;
/** Languages that short texts of a near and larger one are taken for: they have to be likelier by this at each triple. */
const rarer: Record<string, number> = { af: 0.05, fil: 0.05, gl: 0.05, mk: 0.05, ms: 0.02 };

// 200 KB that only those pay for who ask, without waiting: so it is CommonJS.
const require = createRequire(import.meta.url);

interface Model {
  words: RegExp;
  languages: string[];
  /** Of each triple that any language is known to have: a logarithm for each of `languages`. */
  logarithms: Map<string, Float32Array>;
  /** Of each language: what a triple of its own words tells on average. */
  expected: Float64Array;
}

const models = new Map<SharedScript, Model>();

function modelOf(script: SharedScript): Model {
  const known = models.get(script);
  if (known !== undefined) return known;
  const triples = require(triplesFile) as Record<string, [logarithm: number, triples: string][]>;
  const languages = languagesOf[script];
  const logarithms = new Map<string, Float32Array>();
  const expected = new Float64Array(languages.length);
  for (const [at, language] of languages.entries()) {
    let share = 0;
    for (const [logarithm, text] of triples[language]!) {
      const ofAll = (Math.exp(logarithm) * text.length) / 3;
      share += ofAll;
      expected[at]! += ofAll * logarithm;
      for (let i = 0; i < text.length; i += 3) {
        const triple = text.slice(i, i + 3);
        let row = logarithms.get(triple);
        if (row === undefined) {
          row = new Float32Array(languages.length).fill(floor);
          logarithms.set(triple, row);
        }
        row[at] = logarithm;
      }
    }
    expected[at]! += (1 - share) * floor;
  }
  const model = {
    words: new RegExp(`[\\p{Script=${script}}\\p{M}]+`, 'gu'),
    languages,
    logarithms,
    expected,
  };
  models.set(script, model);
  return model;
}

/**
 * The likeliest language of the words that are in a script, by how often their letter triples stand in the words of each (naive Bayes, each word
 * once), or undefined where there are too few, none fits, or two fit equally well.
 */
export function languageInScript(texts: readonly string[], script: SharedScript): string | undefined {
  const { words, languages, logarithms, expected } = modelOf(script);
  const sums = new Float64Array(languages.length);
  const seen = new Set<string>();
  let count = 0;
  for (const text of texts) {
    for (const [word] of foldCharacters(text).matchAll(words)) {
      if (seen.has(word)) continue;
      seen.add(word);
      const padded = ` ${word} `;
      for (let i = 0; i + 3 <= padded.length; ++i) {
        const row = logarithms.get(padded.slice(i, i + 3));
        for (let at = 0; at < sums.length; ++at) sums[at]! += row === undefined ? floor : row[at]!;
        count += 1;
      }
    }
  }
  if (count < fewestTriples) return undefined;
  const ranked = languages
    .map((language, at) => ({
      language,
      loss: expected[at]! - sums[at]! / count,
      sum: sums[at]! - (rarer[language] ?? 0) * count,
    }))
    .sort((a, b) => b.sum - a.sum);
  const [first, second] = [ranked[0]!, ranked[1]!];
  return first.loss <= mostLoss && first.sum - second.sum >= leastMargin ? first.language : undefined;
}
