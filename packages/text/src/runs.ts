/**
 * - `han`: Chinese characters alone.
 * - `japanese`: Kana, with the Chinese characters beside them.
 * - `hangul`: Korean syllables.
 * - `southeastAsian`: Thai, Lao, Khmer or Myanmar.
 * - `word`: letters, marks and digits of all other scripts.
 */
export type RunKind = 'han' | 'japanese' | 'hangul' | 'southeastAsian' | 'word';

export interface Run {
  kind: RunKind;
  text: string;
}

// Sets of letters, marks and digits. Script extensions, so that the long-vowel mark of Kana and the repetition mark of Han belong to them.
const kana = String.raw`[[\p{scx=Hira}\p{scx=Kana}]&&[\p{L}\p{M}]]`;
const han = String.raw`[\p{scx=Han}&&[\p{L}\p{N}\p{M}]]`;
const hangul = String.raw`[\p{sc=Hangul}&&[\p{L}\p{M}]]`;
const southeastAsian = String.raw`[[\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]&&[\p{L}\p{M}]]`;
const spaced = String.raw`[[\p{L}\p{N}\p{M}]--${kana}--${han}--${hangul}--${southeastAsian}]`;

const runs = new RegExp(
  `(?<word>${spaced}+)|(?<cjk>[${kana}${han}]+)|(?<hangul>${hangul}+)|(?<southeastAsian>${southeastAsian}+)`,
  'gv',
);
const holdsKana = /[\p{sc=Hira}\p{sc=Kana}]/u;

/**
 * What blanks, punctuation and changes of script leave together, in the order of the text. A mark belongs to the letter before it.
 *
 * @param folded  by `foldCharacters`
 */
export function textRuns(folded: string): Run[] {
  return Array.from(folded.matchAll(runs), ({ 0: text, groups }) => ({ kind: kindOf(groups!, text), text }));
}

function kindOf(groups: Record<string, string | undefined>, text: string): RunKind {
  if (groups['word'] !== undefined) return 'word';
  if (groups['hangul'] !== undefined) return 'hangul';
  if (groups['southeastAsian'] !== undefined) return 'southeastAsian';
  return holdsKana.test(text) ? 'japanese' : 'han';
}
