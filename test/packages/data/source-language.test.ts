import { readDataset, validate } from '@attune/data';
import { expect, it } from 'vitest';
import { filesIn, temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
const things = ['Tischlampe', 'Stehlampe', 'Bücherregal', 'Gartenstuhl', 'Kleiderschrank', 'Teppich'];
const rows = Array.from(
  { length: 60 },
  (_, i) =>
    `lampe${i % 2 ? 'n' : ''} ${i},p${i},${things[i % things.length]} aus Holz für das Wohnzimmer ${i}`,
);
const log = () => filesIn(folder, { 'log.csv': ['query,product_id,title', ...rows].join('\n') });

it('the language is told from the texts, and the stem follows it, in what reads a source and in what checks it', async () => {
  const asked: (string | undefined)[] = [];
  const stemFor = (language: string | undefined) => {
    asked.push(language);
    return (word: string) => word.slice(0, 5);
  };
  const path = log();
  expect((await readDataset(path, { stemFor })).language).toBe('de');
  expect((await validate(path, { stemFor })).language).toEqual({ tag: 'de', guessed: true });
  expect(asked).toEqual(['de', 'de']);
});

it('the language that is named overrules it, and so does a stem', async () => {
  const asked: (string | undefined)[] = [];
  const stemFor = (language: string | undefined) => {
    asked.push(language);
    return (word: string) => word;
  };
  const path = log();
  expect((await validate(path, { stemFor, language: 'nl' })).language).toEqual({ tag: 'nl', guessed: false });
  expect(asked).toEqual(['nl']);
  // By their first letters these two are one query.
  const { queries } = await readDataset(path, { stemFor, stem: (word) => word.slice(0, 1) });
  const partOf = (text: string) => queries.find((query) => query.text === text)!.part;
  expect(partOf('lampen 11')).toBe(partOf('lampen 13'));
  expect(asked).toEqual(['nl']);
});
