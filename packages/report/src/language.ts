import { escapeHtml } from './escape.js';

const scripts: readonly (readonly [RegExp, string])[] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'ja'],
  [/\p{Script=Hangul}/u, 'ko'],
  [/\p{Script=Han}/u, 'zh'],
];
/** Characters that Chinese, Japanese and Korean share, with their punctuation and full-width forms. */
const shared = /([\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\uff00-\uffef]+)/u;

/**
 * Text as HTML, as `escapeHtml` gives it, with what is Chinese, Japanese or Korean in it marked as such: they draw the same characters in
 * their own ways, and the page around them is English.
 */
export function textHtml(text: string): string {
  const language = scripts.find(([script]) => script.test(text))?.[1];
  if (language === undefined) return escapeHtml(text);
  return text
    .split(shared)
    .map((part, i) =>
      i % 2 === 1 ? `<span lang="${language}">${escapeHtml(part)}</span>` : escapeHtml(part),
    )
    .join('');
}
