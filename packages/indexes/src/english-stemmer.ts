/**
 * The English stemmer of Snowball ("Porter2"), as Snowball 3.1 defines it: `connections` -> `connect`.
 *
 * Written here because no npm package gives Snowball's present stems (README, "Why it is so"). It agrees with Python's
 * `snowballstemmer` 3.1.1 on every word of test/golden/snowball.
 *
 * @see https://snowballstem.org/algorithms/english/stemmer.html (M. F. Porter, R. Boulton; BSD-3-Clause)
 */

// Words whose stem the rules would get wrong.
const exceptions = new Map([
  ['skis', 'ski'],
  ['skies', 'sky'],
  ['idly', 'idl'],
  ['gently', 'gentl'],
  ['ugly', 'ugli'],
  ['early', 'earli'],
  ['only', 'onli'],
  ['singly', 'singl'],
  ...['andes', 'atlas', 'bias', 'cosmos', 'howe', 'news', 'sky'].map((word) => [word, word] as const),
]);

// Beginnings that are R1's boundary themselves, so that `organic` and `organ` stay apart.
const wholeBeginnings = /^(?:arsen|commun|emerg|gener|inter|later|organ|past|univers)/;

// A suffix table lists longer suffixes before those that they end in: the first match is the longest.
const step2: readonly (readonly [suffix: string, replacement: string])[] = [
  ['ization', 'ize'],
  ['ational', 'ate'],
  ['iveness', 'ive'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['tional', 'tion'],
  ['biliti', 'ble'],
  ['lessli', 'less'],
  ['entli', 'ent'],
  ['ation', 'ate'],
  ['alism', 'al'],
  ['aliti', 'al'],
  ['ousli', 'ous'],
  ['iviti', 'ive'],
  ['fulli', 'ful'],
  ['ogist', 'og'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['abli', 'able'],
  ['izer', 'ize'],
  ['ator', 'ate'],
  ['alli', 'al'],
  ['bli', 'ble'],
  ['ogi', 'og'],
  ['li', ''],
];
const step3: readonly (readonly [suffix: string, replacement: string])[] = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['alize', 'al'],
  ['icate', 'ic'],
  ['iciti', 'ic'],
  ['ative', ''],
  ['ical', 'ic'],
  ['ness', ''],
  ['ful', ''],
];
const step4 = [
  ...[
    'ement',
    'ance',
    'ence',
    'able',
    'ible',
    'ment',
    'ant',
    'ent',
    'ism',
    'ate',
    'iti',
    'ous',
    'ive',
    'ize',
  ],
  ...['ion', 'al', 'er', 'ic'],
];

// `Y` is a y that stands for a consonant; it exists only between the first and the last step.
const isVowel = (letter: string | undefined): boolean => letter !== undefined && 'aeiouy'.includes(letter);
const isConsonant = (letter: string | undefined): boolean => letter !== undefined && !isVowel(letter);
const hasVowel = (text: string): boolean => /[aeiouy]/.test(text);

/** @param word  lower case; digits and letters beyond a-z count as consonants */
export function stemEnglish(word: string): string {
  const exception = exceptions.get(word);
  if (exception !== undefined) return exception;
  if (word.length < 3) return word;

  let stem = markConsonantY(word.startsWith("'") ? word.slice(1) : word);
  const [r1, r2] = regions(stem);
  stem = plural(stem);
  stem = pastAndProgressive(stem, r1);
  stem = finalY(stem);
  stem = replaceSuffix(stem, step2, r1, (suffix, before) => {
    if (suffix === 'li') return before !== undefined && 'cdeghkmnrt'.includes(before);
    return suffix !== 'ogi' || before === 'l';
  });
  stem = replaceSuffix(stem, step3, r1, (suffix, _before, start) => suffix !== 'ative' || start >= r2);
  stem = dropEnding(stem, r2);
  stem = finalEOrL(stem, r1, r2);
  return stem.replaceAll('Y', 'y');
}

function markConsonantY(word: string): string {
  if (!word.includes('y')) return word;
  let marked = '';
  for (const letter of word) {
    const consonant = letter === 'y' && (marked === '' || isVowel(marked.at(-1)));
    marked += consonant ? 'Y' : letter;
  }
  return marked;
}

/** Where R1 and R2 start: each behind the first consonant that follows a vowel. */
function regions(word: string): [r1: number, r2: number] {
  const r1 = wholeBeginnings.exec(word)?.[0].length ?? behindVowelAndConsonant(word, 0);
  return [r1, behindVowelAndConsonant(word, r1)];
}

function behindVowelAndConsonant(word: string, from: number): number {
  let at = from;
  while (at < word.length && !isVowel(word[at])) ++at;
  while (at < word.length && isVowel(word[at])) ++at;
  return Math.min(at + 1, word.length);
}

/** Whether the word ends in a short syllable: `hop`, `at`, `past`, but not `how` or `heat`. */
function endsShort(word: string): boolean {
  const last = word.at(-1);
  if (word.endsWith('past')) return true;
  if (!isConsonant(last) || !isVowel(word.at(-2))) return false;
  if (word.length === 2) return true;
  return isConsonant(word.at(-3)) && !'wxY'.includes(last!);
}

// Step 1a.
function plural(word: string): string {
  let stem = word;
  for (const possessive of ["'s'", "'s", "'"]) {
    if (!stem.endsWith(possessive)) continue;
    stem = stem.slice(0, -possessive.length);
    break;
  }
  if (stem.endsWith('sses')) return stem.slice(0, -2);
  if (stem.endsWith('ied') || stem.endsWith('ies')) return stem.slice(0, stem.length > 4 ? -2 : -1);
  if (stem.endsWith('ss') || stem.endsWith('us') || !stem.endsWith('s')) return stem;
  return hasVowel(stem.slice(0, -2)) ? stem.slice(0, -1) : stem;
}

// Step 1b.
function pastAndProgressive(word: string, r1: number): string {
  const suffix = ['eedly', 'ingly', 'edly', 'eed', 'ing', 'ed'].find((ending) => word.endsWith(ending));
  if (suffix === undefined) return word;
  const before = word.slice(0, -suffix.length);

  if (suffix === 'eed' || suffix === 'eedly') {
    const keeps = before.length < r1 || before === 'succ' || before === 'proc' || before === 'exc';
    return keeps ? word : `${before}ee`;
  }
  if (suffix === 'ing') {
    // dying -> die, but evening and outing are no forms of a verb.
    if (before.length === 2 && before[1] === 'y' && isConsonant(before[0])) return `${before[0]}ie`;
    if (['even', 'cann', 'inn', 'earr', 'herr', 'out'].includes(before)) return word;
  }
  if (!hasVowel(before)) return word;

  if (before.endsWith('at') || before.endsWith('bl') || before.endsWith('iz')) return `${before}e`;
  if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(before)) {
    const keepsDouble = before.length === 3 && 'aeo'.includes(before[0]!); // add, egg, off
    return keepsDouble ? before : before.slice(0, -1);
  }
  return before.length === r1 && endsShort(before) ? `${before}e` : before;
}

// Step 1c.
function finalY(word: string): string {
  const endsInY = word.endsWith('y') || word.endsWith('Y');
  return endsInY && word.length > 2 && isConsonant(word.at(-2)) ? `${word.slice(0, -1)}i` : word;
}

// Steps 2 and 3: the longest suffix counts, and where it may not be replaced, nothing is.
function replaceSuffix(
  word: string,
  table: typeof step2,
  region: number,
  allowed: (suffix: string, before: string | undefined, start: number) => boolean,
): string {
  const match = table.find(([suffix]) => word.endsWith(suffix));
  if (match === undefined) return word;
  const [suffix, replacement] = match;
  const start = word.length - suffix.length;
  return start >= region && allowed(suffix, word[start - 1], start)
    ? word.slice(0, start) + replacement
    : word;
}

// Step 4.
function dropEnding(word: string, r2: number): string {
  const suffix = step4.find((ending) => word.endsWith(ending));
  if (suffix === undefined) return word;
  const start = word.length - suffix.length;
  if (start < r2) return word;
  if (suffix === 'ion' && word[start - 1] !== 's' && word[start - 1] !== 't') return word;
  return word.slice(0, start);
}

// Step 5.
function finalEOrL(word: string, r1: number, r2: number): string {
  const start = word.length - 1;
  const before = word.slice(0, start);
  if (word.endsWith('e')) return start >= r2 || (start >= r1 && !endsShort(before)) ? before : word;
  return word.endsWith('ll') && start >= r2 ? before : word;
}
