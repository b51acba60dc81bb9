import { stemSet } from '@attune/data';
import { createAnalyser, stemmerFor } from '@attune/indexes';
import { chineseEmoji } from '../sources/chinese-emoji.js';
import { iconPark } from '../sources/icon-park.js';
import type { IconLanguage } from './icon-language.js';

// How an icon is drawn, and that it is one.
const styleWords = /线性|面性|描边|填充|轮廓|实心|空心|图标/gu;
// They join words, or are their endings.
const particles = /[的和与及或之了向子]/gu;
const wordsForNothing = new Set(['null', 'none', 'nan', 'undefined', '无']);
const offensiveWords = new Set(['屎', '泼贱', '性感']);

const pairs = createAnalyser('english-split', 'pairs');

export const chinese: IconLanguage = {
  sources: [iconPark, chineseEmoji],
  samples: ['航天器', '洗手间', '苏打饮料'],
  // A blank between two Chinese words is one too; beside a letter or a number it is typography: `维他命 C`.
  tagTexts: (tag) =>
    tag
      .split(/[、，,;；/／|]|(?<=\p{Script=Han})\s+(?=\p{Script=Han})/u)
      .filter((word) => word.trim() !== ''),
  asksForSomething(text) {
    if (!/\p{L}/u.test(text) || wordsForNothing.has(text)) return false;
    // One character is often a word in Chinese, one letter is none.
    if ([...text].length < 2 && !/\p{Script=Han}/u.test(text)) return false;
    return meaningful(text) !== '';
  },
  isOffensive: (text) => offensiveWords.has(text),
  // As validation tells twins: by characters, whatever their order.
  stems: (text) => new Set(stemSet(meaningful(text) || text, { stem: stemmerFor('english') }).split(' ')),
  noveltyTerms: (text) => new Set(pairs.terms(meaningful(text) || text)),
  familyTitle: (title) => withoutStyle(title) || title,
};

const withoutStyle = (text: string) => text.replace(styleWords, ' ').trim();
const meaningful = (text: string) => withoutStyle(text.replace(particles, ' '));
