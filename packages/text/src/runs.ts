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

// Letters, marks and digits; whatever is none of these parts runs. Script extensions, so that the long-vowel mark of Kana and the repetition
// mark of Han belong to them. The first that fits counts.
const classes: readonly (readonly [RunKind, RegExp])[] = [
  ['japanese', /(?=[\p{L}\p{M}])[\p{scx=Hira}\p{scx=Kana}]/u],
  ['han', /(?=[\p{L}\p{N}\p{M}])\p{scx=Han}/u],
  ['hangul', /(?=[\p{L}\p{M}])\p{sc=Hangul}/u],
  ['southeastAsian', /(?=[\p{L}\p{M}])[\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u],
  ['word', /[\p{L}\p{N}\p{M}]/u],
];
const kinds = classes.map(([kind]) => kind);
const [kanaClass, hanClass] = [1, 2];

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
const ascii = /^[\x00-\x7f]*$/;
const wordsAscii = /[A-Za-z0-9]+/g;

// The class of each character as it is first met: 1 + its place in `classes`, noClass for what parts runs, 0 while it is not known.
const noClass = 255;
const classOf = new Uint8Array(0x11_0000);

function classify(codePoint: number): number {
  const character = String.fromCodePoint(codePoint);
  const place = classes.findIndex(([, expression]) => expression.test(character));
  const found = place === -1 ? noClass : place + 1;
  classOf[codePoint] = found;
  return found;
}

/**
 * What blanks, punctuation and changes of script leave together, in the order of the text. A mark belongs to the letter before it.
 *
 * @param folded  by `foldCharacters`
 */
export function textRuns(folded: string): Run[] {
  // Most texts are ASCII.
  if (ascii.test(folded)) return (folded.match(wordsAscii) ?? []).map((text) => ({ kind: 'word', text }));
  const runs: Run[] = [];
  let begin = 0;
  let present = noClass;
  const end = (at: number) => {
    if (present !== noClass) runs.push({ kind: kinds[present - 1]!, text: folded.slice(begin, at) });
  };
  for (let at = 0; at < folded.length; ) {
    const codePoint = folded.codePointAt(at)!;
    const found = classOf[codePoint] || classify(codePoint);
    if (found !== present) {
      const isJapanese =
        (found === kanaClass && present === hanClass) || (found === hanClass && present === kanaClass);
      if (isJapanese) {
        present = kanaClass;
      } else {
        end(at);
        begin = at;
        present = found;
      }
    }
    at += codePoint > 0xffff ? 2 : 1;
  }
  end(folded.length);
  return runs;
}
