import { createAnalyser } from '@attune/indexes';
import { englishEmoji } from '../sources/english-emoji.js';
import { lucide } from '../sources/lucide.js';
import { mdi } from '../sources/mdi.js';
import { tabler } from '../sources/tabler.js';
import type { IconLanguage } from './icon-language.js';

const wordsOf = (text: string): Set<string> => new Set(text.split(' '));

const stopWords = wordsOf(
  'a an and are as at be by for from has have he in is it its of on or that the to was were will with i you',
);
// A query for an icon, perhaps; in a log it is a value that was missing, and no reader of logs can tell.
const wordsForNothing = wordsOf('nan null none nil n/a undefined');
const offensiveWords = wordsOf('shit sexy');
// They tell variants of an icon apart, not what it means.
const styleWords = wordsOf(
  'outline outlined filled fill variant alt alternate alternative solid of in on at to the a an and with for from by or',
);
const variantWords = wordsOf('outline filled variant');

const analyser = createAnalyser('english-split');

export const english: IconLanguage = {
  sources: [mdi, tabler, lucide, englishEmoji],
  samples: ['night sky', 'unfold', 'debit card'],
  tagTexts: (tag) => [tag],
  asksForSomething(text) {
    if ([...text].length < 2 || !/[\p{L}\p{N}]/u.test(text)) return false;
    if (/^[0-9a-f]{4,5}$/.test(text) && /\d/.test(text)) return false; // a bare code point
    if (wordsForNothing.has(text)) return false;
    return !text.split(' ').every((word) => stopWords.has(word));
  },
  isOffensive: (text) => text.split(' ').some((word) => offensiveWords.has(word)),
  stems,
  noveltyTerms: stems,
  familyTitle: (title) =>
    title
      .split(' ')
      .filter((word) => !variantWords.has(word))
      .join(' '),
};

function stems(text: string): Set<string> {
  const words = text.split(/[^\p{L}\p{N}\p{M}]+/u);
  const meaningful = words.filter((word) => word !== '' && !styleWords.has(word));
  return new Set(analyser.terms((meaningful.length > 0 ? meaningful : words).join(' ')));
}
