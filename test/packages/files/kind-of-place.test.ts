import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kindOfPlace, placeInWords } from '@attune/files';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../tune/small-shop.js';

const folder = temporaryFolder();

it.each([
  ['data folder', { 'attune.db': '' }, 'the data folder of a server'],
  ['index', { 'documents.jsonl': '', 'manifest.json': '{"fingerprint":""}' }, 'an index of documents'],
  ['model', { 'modules.json': '[]' }, 'a model'],
  ['folder', { 'documents.jsonl': '', 'manifest.json': '{}' }, 'a folder of something else'],
  ['folder', { 'documents.jsonl': '' }, 'a folder of something else'],
])('a place is a %s by its files %j', (kind, files, words) => {
  const place = join(
    folder,
    Object.keys(files).join('-') + kind.length + Object.values(files).join('').length,
  );
  mkdirSync(place);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(place, name), content);
  expect(kindOfPlace(place)).toBe(kind);
  expect(placeInWords(place)).toBe(words);
});

it('a file is a file, and nothing is nothing', () => {
  writeFileSync(join(folder, 'log.csv'), '');
  expect(kindOfPlace(join(folder, 'log.csv'))).toBe('file');
  expect(kindOfPlace(join(folder, 'gone'))).toBeUndefined();
  expect(placeInWords(join(folder, 'gone'))).toBe('not there');
});
