import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readDataset, readDocuments, validate, writeDataset } from '@attune/data';
import { describe, expect, it } from 'vitest';
import { filesIn, temporaryFolder } from './temporary-folder.js';

// What a program without types passes.
const wrong = (value: unknown) => value as never;
const refusal = (message: string) => ({ code: 'INVALID_ARGUMENT', message });
const folder = temporaryFolder();
const log = join(filesIn(folder, { 'log.csv': 'search,sku,title,hits\nlamp,1,Lamp,3\n' }), 'log.csv');
const place = 'the path of a log or of a dataset folder';

describe('where data is', () => {
  it.each([
    [undefined, `Expected data to be ${place}, but received undefined.`],
    [null, `Expected data to be ${place}, but received null.`],
    ['', `Expected data to be ${place}, but received "".`],
    [5, `Expected data to be ${place}, but received 5.`],
    [[], `Expected data to be ${place}, but received a list.`],
    [[null], `Expected data[0] to be ${place}, but received null.`],
    [{}, 'Expected documents of the dataset to be a list, but received undefined.'],
  ])('is not %j', async (from, message) => {
    await expect(readDataset(wrong(from))).rejects.toMatchObject(refusal(message));
    await expect(validate(wrong(from))).rejects.toMatchObject(refusal(message));
  });

  it.each([undefined, null, '', 5, {}])('of documents is not %j', async (path) => {
    await expect(readDocuments(wrong(path))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/^Expected path to be the path of a file or a folder, but received /),
    });
  });

  it('of a dataset that is written is a folder, and a dataset has its lists', async () => {
    const out = join(folder, 'out');
    await expect(writeDataset(wrong(undefined), wrong({}))).rejects.toMatchObject(
      refusal('Expected folder to be the path of a folder, but received undefined.'),
    );
    await expect(writeDataset(out, wrong(null))).rejects.toMatchObject(
      refusal('Expected dataset to be a dataset, but received null.'),
    );
    await expect(writeDataset(out, wrong({ documents: [] }))).rejects.toMatchObject(
      refusal('Expected queries of the dataset to be a list, but received undefined.'),
    );
    expect(existsSync(out)).toBe(false);
  });
});

describe('how data is read', () => {
  it.each([
    [null, "Expected options such as { columns: { query: 'search_term' } }, but received null."],
    [
      { columns: 'search' },
      'Expected columns to be names by what they hold, such as { query: \'search_term\' }, but received "search".',
    ],
    [
      { columns: { qeury: 'search' } },
      'Expected a member of columns to be one of query, queryId, document, title, weight, rank, part, fields, but received "qeury".',
    ],
    [{ columns: { query: 5 } }, 'Expected columns.query to be the name of a column, but received 5.'],
    [{ columns: { fields: 'title' } }, 'Expected columns.fields to be a list, but received "title".'],
    [
      { columns: { fields: [''] } },
      'Expected columns.fields[0] to be the name of a column, but received "".',
    ],
    [
      { weights: 'clicks' },
      'Expected weights to be one of grades, counts, rates, labels, but received "clicks".',
    ],
    [
      { weightLabels: 'E=1' },
      'Expected weightLabels to be weights by their labels, such as { E: 1, S: 0.1 }, but received "E=1".',
    ],
    [{ weightLabels: { E: '1' } }, 'Expected weightLabels.E to be a number from 0 on, but received "1".'],
    [{ documents: 5 }, 'Expected documents to be the path of a file, but received 5.'],
    [{ quarantine: {} }, 'Expected quarantine to be the path of a file, but received an object.'],
  ])('is not as %j says', async (options, message) => {
    await expect(readDataset(log, wrong(options))).rejects.toMatchObject(refusal(message));
    await expect(validate(log, wrong(options))).rejects.toMatchObject(refusal(message));
    await expect(readDocuments(log, wrong(options))).rejects.toMatchObject(refusal(message));
  });
});
