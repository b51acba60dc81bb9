/**
 * What texts are made of.
 *
 * @example
 * foldCharacters('ＬＥＤ'); // 'led'
 * textRuns('12v台灯');       // [{ kind: 'word', text: '12v' }, { kind: 'han', text: '台灯' }]
 * guessLanguage(['Eichentisch', 'Stehlampe aus Holz']); // { language: 'de', share: 1 }
 */

// Equal characters made equal.
export { foldCharacters, foldText } from './fold.js';

// Runs of one script, words, and how much of a text is in which.
export { type Run, type RunKind, textRuns } from './runs.js';
export { icuVersion, icuWords } from './icu-words.js';
export { wordCount } from './word-count.js';
export { noShares, type Script, type ScriptShares, scriptShares } from './scripts.js';

// Which language texts are in.
export { guessLanguage, type LanguageGuess } from './language/guess-language.js';
export { languageName } from './language/language-name.js';

// A sample of many.
export { spreadRows } from './spread-rows.js';
