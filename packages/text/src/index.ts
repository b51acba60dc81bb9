/**
 * What texts are made of.
 *
 * @example
 * foldCharacters('ＬＥＤ'); // 'led'
 * textRuns('12v台灯');       // [{ kind: 'word', text: '12v' }, { kind: 'han', text: '台灯' }]
 */

// Equal characters made equal.
export { foldCharacters, foldText } from './fold.js';

// Runs of one script, words, and how much of a text is in which.
export { type Run, type RunKind, textRuns } from './runs.js';
export { wordCount } from './word-count.js';
export { noShares, type Script, type ScriptShares, scriptShares } from './scripts.js';
