import { AttuneError } from '@attune/errors';
import { icuVersion, icuWords, type RunKind } from '@attune/text';
import { charactersAndPairs, charactersOf, pairsOf } from './characters.js';
import { hasJieba, jiebaVersion, jiebaWords } from './jieba-words.js';

/**
 * How a run of a script that writes no blanks between words (Han, Kana, Thai, Lao, Khmer, Myanmar), or of Hangul, becomes terms. Texts of other
 * scripts are not touched by it.
 *
 * - `characters`: each by itself.
 * - `pairs`: two neighbours each, so that order counts; a lone character is itself.
 * - `characters+pairs`: both. Where nothing is known of the texts it is the safe one.
 * - `words`: as ICU's dictionaries find them; of Hangul, what stands between blanks.
 * - `jieba`: Chinese words, and the words in them, by the optional package `@node-rs/jieba`; other scripts as `words`.
 */
export type CutName = 'characters' | 'pairs' | 'characters+pairs' | 'words' | 'jieba';

export const cutNames: readonly CutName[] = ['characters', 'pairs', 'characters+pairs', 'words', 'jieba'];

export const defaultCut: CutName = 'characters+pairs';

export interface Cut {
  readonly name: CutName;
  /** With the versions of the dictionaries that it cuts by: an index of another identity has other terms. */
  readonly identity: string;
  terms(run: string, kind: Exclude<RunKind, 'word'>): string[];
}

/** The cuts that can be had here: `jieba` where its package is installed. */
export function availableCuts(): CutName[] {
  return cutNames.filter((name) => name !== 'jieba' || hasJieba());
}

/** @throws {AttuneError} INVALID_ARGUMENT for a name that is none, and for `jieba` without its package */
export function createCut(name: CutName): Cut {
  switch (name) {
    case 'characters':
      return { name, identity: name, terms: charactersOf };
    case 'pairs':
      return { name, identity: name, terms: pairsOf };
    case 'characters+pairs':
      return { name, identity: name, terms: charactersAndPairs };
    case 'words':
      return { name, identity: `${name} (ICU ${icuVersion})`, terms: wordsOf };
    case 'jieba':
      return {
        name,
        identity: `${name} (@node-rs/jieba ${jiebaVersion()}, ICU ${icuVersion})`,
        terms: (run, kind) => (kind === 'han' ? jiebaWords(run) : wordsOf(run, kind)),
      };
    default:
      throw new AttuneError(
        'INVALID_ARGUMENT',
        `Expected a cut to be one of ${cutNames.join(', ')}, but received ${JSON.stringify(name)}.`,
      );
  }
}

const wordsOf: Cut['terms'] = (run, kind) => (kind === 'hangul' ? [run] : icuWords(run));
