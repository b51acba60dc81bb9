import { readFileSync } from 'node:fs';
import { AttuneError } from '@attune/errors';
import {
  type AnalyserName,
  analysersFor,
  type CutName,
  createAnalyser,
  cutNames,
  stemmerFor,
} from '@attune/indexes';
import { describe, expect, it } from 'vitest';

describe('analysers', () => {
  it('plain keeps runs of letters and digits, lower case and repeated', () => {
    expect(createAnalyser('plain').terms('Oak Desk-Lamp, 12IN; oak')).toEqual([
      'oak',
      'desk',
      'lamp',
      '12in',
      'oak',
    ]);
  });

  it('plain keeps letters and numbers of every script, folded', () => {
    const { terms } = createAnalyser('plain');
    expect(terms('Cafe\u0301 Größe ½ лампа')).toEqual(['café', 'grösse', '1', '2', 'лампа']);
    for (const [text, same] of [
      ['caf\u00e9', 'cafe\u0301'],
      ['ＬＥＤ １２Ｖ', 'LED 12v'],
      ['ﬁne m²', 'fine m2'],
      ['İSTANBUL', 'istanbul'],
      ['ｱﾀﾞﾌﾟﾀ', 'アダプタ'],
    ] as const)
      expect(terms(text)).toEqual(terms(same));
  });

  it('english finds a plural by its singular', () => {
    const { terms } = createAnalyser('english');
    expect(terms('Shelves and lamps')).toEqual(terms('shelve and lamp'));
  });

  it('english-split takes letters and digits apart, before it stems', () => {
    expect(createAnalyser('english-split').terms('12in 3doors')).toEqual(['12', 'in', '3', 'door']);
    expect(createAnalyser('english').terms('12in 3doors')).toEqual(['12in', '3door']);
  });

  it('gives nothing for a text without words', () => {
    for (const name of ['plain', 'english', 'english-split'] as const) {
      expect(createAnalyser(name).terms(' -- \u2192 \n')).toEqual([]);
      expect(createAnalyser(name).terms('')).toEqual([]);
    }
  });

  it('names the analysers there are when another is asked for', () => {
    for (const name of ['klingon', 'plain-split', 'english-split-split'] as string[]) {
      expect(() => createAnalyser(name as AnalyserName)).toThrow(AttuneError);
      expect(() => createAnalyser(name as AnalyserName)).toThrow(`"${name}"`);
    }
    expect(() => createAnalyser('klingon' as AnalyserName)).toThrow(/plain, a language .*german/);
  });

  it('stems other languages too, folded first', () => {
    const { terms } = createAnalyser('german-split');
    expect(terms('Häuser 12m')).toEqual([...terms('Haus'), '12', 'm']);
    expect(terms('STRASSEN')).toEqual(terms('Straße'));
    expect(createAnalyser('russian').terms('лампами')).toEqual(createAnalyser('russian').terms('лампа'));
  });

  it.each([
    ['de', ['plain', 'german', 'german-split']],
    ['pt-BR', ['plain', 'portuguese', 'portuguese-split']],
    ['zh', ['plain', 'english', 'english-split']],
    [undefined, ['plain', 'english', 'english-split']],
  ])('worth trying on texts of the language %s are %j', (language, names) => {
    expect(analysersFor(language)).toEqual(names);
  });
});

describe('a text without blanks', () => {
  const cutBy = (cut: CutName, text: string) => createAnalyser('english-split', cut).terms(text);

  it.each<[CutName, string, string[]]>([
    ['characters', '橡木台灯', ['橡', '木', '台', '灯']],
    ['pairs', '橡木台灯', ['橡木', '木台', '台灯']],
    ['pairs', '灯', ['灯']],
    ['characters+pairs', '台灯', ['台', '灯', '台灯']],
    ['characters', '𠮷野家', ['𠮷', '野', '家']],
    ['words', '橡木电脑', ['橡木', '电脑']],
    ['words', '卓上ランプを買う', ['卓上', 'ランプ', 'を', '買う']],
    ['words', 'โคมไฟตั้งโต๊ะ', ['โคม', 'ไฟ', 'ตั้ง', 'โต๊ะ']],
    ['words', '한국어 사전', ['한국어', '사전']],
    ['pairs', '한국어', ['한국', '국어']],
    ['jieba', '纯棉图标', ['纯棉', '图标']],
    ['jieba', 'ランプ', ['ランプ']],
  ])('is cut into %s: %s', (cut, text, terms) => {
    expect(cutBy(cut, text)).toEqual(terms);
  });

  it('has the words within a Chinese word, by jieba', () => {
    expect(cutBy('jieba', '文件夹')).toEqual(expect.arrayContaining(['文件', '文件夹']));
  });

  it.each(cutNames)('leaves the Latin words and numbers in it as they are, by %s', (cut) => {
    const terms = cutBy(cut, 'USB台灯LED12V');
    expect(terms[0]).toBe('usb');
    expect(terms.slice(-3)).toEqual(['led', '12', 'v']);
    expect(cutBy(cut, 'Oak shelves, 12in')).toEqual(['oak', 'shelv', '12', 'in']);
    expect(cutBy(cut, 'Größe лампы')).toEqual(['grösse', 'лампы']);
  });

  it.each<[CutName, string]>([
    ['words', 'ไฟตั้งโต๊ะ'],
    ['words', '橡木电脑'],
    ['jieba', '橡木电脑'],
  ])('is cut by %s in time that grows with its length, at no place of its own: %s', (cut, part) => {
    const once = cutBy(cut, part);
    const many = cutBy(cut, part.repeat(2_000));
    const counts = new Set(once.map((word) => many.filter((each) => each === word).length));
    expect(counts).toEqual(new Set([2_000]));
    expect(many).toHaveLength(2_000 * once.length);
  });

  it('names the cuts there are when another is asked for', () => {
    expect(() => createAnalyser('plain', 'syllables' as CutName)).toThrow(/characters, pairs.*"syllables"/);
  });
});

describe('the English stemmer', () => {
  const stemEnglish = stemmerFor('english');

  it("agrees with Python's snowballstemmer on every word of the golden file", () => {
    const golden = readFileSync(new URL('../../golden/snowball/english.tsv', import.meta.url), 'utf8');
    const pairs = golden
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t') as [word: string, stem: string]);
    expect(pairs.length).toBeGreaterThan(10_000);
    const others = pairs.filter(([word, stem]) => stemEnglish(word) !== stem);
    expect(others).toEqual([]);
  });

  it('leaves words of one or two letters alone', () => {
    expect(['', 'a', 'is', "'s", 'by'].map(stemEnglish)).toEqual(['', 'a', 'is', "'s", 'by']);
  });
});
