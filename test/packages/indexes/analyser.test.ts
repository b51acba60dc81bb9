import { readFileSync } from 'node:fs';
import { AttuneError } from '@attune/errors';
import { type AnalyserName, createAnalyser, stemEnglish } from '@attune/indexes';
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

  it('plain keeps letters and numbers of every script, and composes marks', () => {
    const { terms } = createAnalyser('plain');
    expect(terms('Cafe\u0301 Größe ½ 本棚')).toEqual(['café', 'größe', '½', '本棚']);
    expect(terms('caf\u00e9')).toEqual(terms('cafe\u0301'));
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
    expect(() => createAnalyser('german' as AnalyserName)).toThrow(AttuneError);
    expect(() => createAnalyser('german' as AnalyserName)).toThrow(/plain, english, english-split.*"german"/);
  });
});

describe('the English stemmer', () => {
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
