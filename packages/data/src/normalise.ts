/**
 * When two queries are the same but for their wording. Used to find leakage, and to keep near-copies of a training query
 * out of the test.
 */

import { foldCharacters, textRuns } from '@attune/text';

/** Words that say how a picture is drawn or join others; two queries that differ in these alone are twins. */
export const defaultStyleWords: ReadonlySet<string> = new Set(
  (
    'a an the of for in on at to with without from by and or is are my your ' +
    'outline outlined outlines filled fill solid variant variants alt alternate alternative ' +
    '的 和 与 及 或 の'
  ).split(' '),
);

export interface NormaliseOptions {
  /** The stem of a lower-cased word. Default: `lightStem`. */
  stem?: ((word: string) => string) | undefined;
  /** Default: `defaultStyleWords`. */
  styleWords?: ReadonlySet<string> | undefined;
}

/**
 * Cuts plurals and the commonest endings: "batteries" and "battery", "boxes" and "box", "painting" and "paint". Far from a real
 * stemmer, and enough to see that two queries are the same; give `stem` for a better one.
 */
export function lightStem(word: string): string {
  if (word.length <= 3 || !/^[a-z]+$/.test(word)) return word;
  let stem = word;
  if (stem.endsWith('ies') && stem.length > 4) stem = `${stem.slice(0, -3)}y`;
  else if (/(ss|sh|ch|x|z)es$/.test(stem)) stem = stem.slice(0, -2);
  else if (stem.endsWith('s') && !/(ss|us|is)$/.test(stem)) stem = stem.slice(0, -1);
  if (stem.endsWith('ing') && stem.length > 6) stem = stem.slice(0, -3);
  else if (stem.endsWith('ed') && !stem.endsWith('eed') && stem.length > 4) stem = stem.slice(0, -2);
  // "running" and "run", "taped" and "tape": the doubled consonant and the silent e go on both sides.
  if (/([bdgmnprt])\1$/.test(stem) && stem.length > 3) stem = stem.slice(0, -1);
  if (stem.endsWith('e') && stem.length > 3) stem = stem.slice(0, -1);
  return stem;
}

/**
 * The query's stems without style words, each once, sorted: equal for queries that mean the same. May be empty. Of a run of Chinese or Japanese
 * the stems are its characters, so that the order of its words does not count there either.
 */
export function stemSet(query: string, options: NormaliseOptions = {}): string {
  const stem = options.stem ?? lightStem;
  const styleWords = options.styleWords ?? defaultStyleWords;
  const stems = new Set<string>();
  for (const { kind, text } of textRuns(foldCharacters(query))) {
    const words = kind === 'han' || kind === 'japanese' ? text : [text];
    for (const word of words) if (!styleWords.has(word)) stems.add(stem(word));
  }
  return [...stems].sort().join(' ');
}

/** The query's letters and digits alone: "e-mail" and "email", "wi fi" and "wifi" are equal. */
export function lettersOf(query: string): string {
  return textRuns(foldCharacters(query))
    .map(({ text }) => text)
    .join('');
}
