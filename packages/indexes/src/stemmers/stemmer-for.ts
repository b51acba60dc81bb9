import { createRequire } from 'node:module';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';
import { snowballFolder } from '../compiled.js';

/** Every language that Snowball 3.1.1 has, by its own name of it. */
export const stemLanguages = [
  ...(['arabic', 'armenian', 'basque', 'catalan', 'czech', 'danish', 'dutch', 'english'] as const),
  ...(['esperanto', 'estonian', 'finnish', 'french', 'german', 'greek', 'hindi', 'hungarian'] as const),
  ...(['indonesian', 'irish', 'italian', 'lithuanian', 'nepali', 'norwegian', 'persian', 'polish'] as const),
  ...(['portuguese', 'romanian', 'russian', 'serbian', 'sesotho', 'spanish', 'swedish', 'tamil'] as const),
  ...(['turkish', 'yiddish'] as const),
] as const;

export type StemLanguage = (typeof stemLanguages)[number];

/** What `snowball/*.cts` export. */
type SnowballStemmer = new () => { stemWord(word: string): string };

// They are CommonJS, so that one can be loaded when it is first asked for, by functions that do not wait.
const require = createRequire(import.meta.url);

/** Beyond as many letters it is no word. Stemmers replace letters one after another, so a run of 20,000 would cost a second. */
const longestWord = 200;

const made = new Map<StemLanguage, (word: string) => string>();

/**
 * The Snowball stemmer of a language, as Python's `snowballstemmer` 3.1.1 has it. Its code is loaded once, at the first call.
 *
 * @returns a function that takes a word as `foldCharacters` leaves it; one of more than 200 letters is its own stem
 * @throws {AttuneError} INVALID_ARGUMENT for a language that is not one of `stemLanguages`
 */
export function stemmerFor(language: StemLanguage): (word: string) => string {
  const known = made.get(language);
  if (known !== undefined) return known;
  if (!stemLanguages.includes(language)) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected a language to stem to be one of ${stemLanguages.join(', ')}, but received ${JSON.stringify(language)}.`,
    );
  }
  const stemmer = new (require(join(snowballFolder, `${language}.cjs`)) as SnowballStemmer)();
  const stem = (word: string): string => (word.length > longestWord ? word : stemmer.stemWord(word));
  made.set(language, stem);
  return stem;
}
