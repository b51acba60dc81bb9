const scripts: readonly (readonly [RegExp, string])[] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'ja'],
  [/\p{Script=Hangul}/u, 'ko'],
  [/\p{Script=Han}/u, 'zh'],
];

/**
 * The language that a text is set in, for the choice of a font: `zh`, `ja` and `ko` draw the same characters in their own ways. Empty, which
 * means unknown, for any other script: letters of it look the same in all languages, or the script alone does not tell which it is.
 */
export function languageOf(text: string): string {
  return scripts.find(([script]) => script.test(text))?.[1] ?? '';
}
