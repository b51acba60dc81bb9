import { readdirSync, readFileSync } from 'node:fs';
import { type StemLanguage, stemLanguageOf, stemLanguages, stemmerFor } from '@attune/indexes';
import { foldCharacters } from '@attune/text';
import { describe, expect, it } from 'vitest';

const golden = new URL('../../golden/', import.meta.url);
const pairsOf = (file: string) =>
  readFileSync(new URL(file, golden), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t') as [word: string, stem: string]);

const others = stemLanguages.filter((language) => language !== 'english');

/** One word in forms of it that have one stem. */
const forms: [language: StemLanguage, words: string[]][] = [
  ['german', ['Stühle', 'Stuhl', 'Stühlen']],
  ['german', ['Füße', 'FÜSSE', 'Fuß']], // ß is folded to ss before
  ['french', ['chaises', 'chaise']],
  ['spanish', ['sillas', 'silla']],
  ['portuguese', ['cadeiras', 'cadeira']],
  ['italian', ['sedie', 'sedia']],
  ['dutch', ['lampen', 'lamp']],
  ['swedish', ['stolarna', 'stolar']],
  ['russian', ['лампы', 'лампа', 'лампой']],
  ['greek', ['καρέκλες', 'καρέκλα']],
  ['greek', ['δρόμος', 'ΔΡΌΜΟΣ']], // the final sigma is folded before
  ['turkish', ['defterler', 'defter']],
  ['polish', ['krzesłami', 'krzesłach']],
  ['czech', ['stolům', 'stolu']],
  ['persian', ['کتاب‌ها', 'کتاب']],
  ['hindi', ['किताबें', 'किताब']],
];

describe('the stemmers', () => {
  it.each(others)(
    "of %s agrees with Python's snowballstemmer on every word of its golden file",
    (language) => {
      const stem = stemmerFor(language);
      const pairs = pairsOf(`snowball-languages/${language}.tsv`);
      expect(pairs.length).toBeGreaterThanOrEqual(90);
      expect(pairs.filter(([word, expected]) => stem(word) !== expected)).toEqual([]);
      expect(pairs.filter(([word]) => foldCharacters(word) !== word)).toEqual([]);
    },
  );

  it('have a golden file for each language but English, which has its own', () => {
    const files = readdirSync(new URL('snowball-languages/', golden)).filter((file) => file.endsWith('.tsv'));
    expect(files.map((file) => file.replace('.tsv', '')).sort()).toEqual([...others].sort());
  });

  it.each(forms)('give forms of one word one stem: %s %j', (language, words) => {
    const stems = words.map((word) => stemmerFor(language)(foldCharacters(word)));
    expect(new Set(stems).size).toBe(1);
  });

  it('give a word the same stem whatever they stemmed before', () => {
    for (const language of stemLanguages) {
      const file = language === 'english' ? 'snowball/english.tsv' : `snowball-languages/${language}.tsv`;
      const pairs = pairsOf(file).slice(0, 300).reverse();
      const stem = stemmerFor(language);
      expect(pairs.filter(([word, expected]) => stem(word) !== expected)).toEqual([]);
    }
  });

  it('take the empty word, digits, and words of other scripts', () => {
    for (const language of stemLanguages) {
      const stem = stemmerFor(language);
      expect(['', '12', '台灯'].map(stem), language).toEqual(['', '12', '台灯']);
    }
  });

  it('leave a run of more letters than a word has as it is, in no time', () => {
    const runs = ['y', 'ã', 'ﻵ', 'abie'].map((letters) => letters.repeat(25_000));
    const started = performance.now();
    for (const language of stemLanguages) expect(runs.map(stemmerFor(language)), language).toEqual(runs);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(stemmerFor('english')(`${'ab'.repeat(95)}ings`)).toBe('ab'.repeat(95));
  });

  it('refuse a language that Snowball lacks, and name those it has', () => {
    expect(() => stemmerFor('klingon' as StemLanguage)).toThrow(
      /one of arabic, .*yiddish, but received "klingon"/,
    );
    expect(() => stemmerFor('../stemmer-for' as StemLanguage)).toThrow(/one of arabic/);
  });
});

describe('stemLanguageOf', () => {
  it('finds the stemmer of a language by its BCP 47 tag', () => {
    expect(['pt', 'pt-BR', 'en', 'nb', 'no', 'EL', 'sr-Latn'].map(stemLanguageOf)).toEqual([
      'portuguese',
      'portuguese',
      'english',
      'norwegian',
      'norwegian',
      'greek',
      'serbian',
    ]);
  });

  it('finds none where Snowball has none', () => {
    expect(['zh', 'ja', 'ko', 'th', 'vi', 'uk', '', 'constructor'].map(stemLanguageOf)).toEqual(
      Array(8).fill(undefined),
    );
  });

  it('reaches every stemmer', () => {
    const letters = 'abcdefghijklmnopqrstuvwxyz';
    const tags = [...letters].flatMap((first) => [...letters].map((second) => first + second));
    const reached = new Set(tags.map(stemLanguageOf).filter((language) => language !== undefined));
    expect([...reached].sort()).toEqual([...stemLanguages].sort());
  });
});
