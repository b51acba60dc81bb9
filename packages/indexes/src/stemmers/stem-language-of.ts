import type { StemLanguage } from './stemmer-for.js';

const languages: Record<string, StemLanguage> = {
  ar: 'arabic',
  ca: 'catalan',
  cs: 'czech',
  da: 'danish',
  de: 'german',
  el: 'greek',
  en: 'english',
  eo: 'esperanto',
  es: 'spanish',
  et: 'estonian',
  eu: 'basque',
  fa: 'persian',
  fi: 'finnish',
  fr: 'french',
  ga: 'irish',
  hi: 'hindi',
  hu: 'hungarian',
  hy: 'armenian',
  id: 'indonesian',
  it: 'italian',
  lt: 'lithuanian',
  nb: 'norwegian',
  ne: 'nepali',
  nl: 'dutch',
  nn: 'norwegian',
  no: 'norwegian',
  pl: 'polish',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  sr: 'serbian',
  st: 'sesotho',
  sv: 'swedish',
  ta: 'tamil',
  tr: 'turkish',
  yi: 'yiddish',
};

/**
 * The stemmer of a language, or undefined where Snowball has none.
 *
 * @param tag  BCP 47; region and script do not matter: `pt` and `pt-BR` have one stemmer
 */
export function stemLanguageOf(tag: string): StemLanguage | undefined {
  const [language = ''] = tag.toLowerCase().split('-');
  return Object.hasOwn(languages, language) ? languages[language] : undefined;
}
