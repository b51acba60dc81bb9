import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, it } from 'vitest';
import { type QueryParts, validate } from '../../../packages/data/src/index.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
const rowCount = 1_000_000;

/** A million rows of 250,000 queries and 500,000 documents, every pair another, one row in a thousand with a fault. */
function* rows(): Generator<string> {
  const batch: string[] = [];
  for (let row = 0; row < rowCount; row += 1) {
    const product = (row * 7919) % 500_000;
    const weight = row % 1000 === 999 ? -1 : row % 5;
    batch.push(
      `{"query":"query about thing ${row % 250_000}","product_id":"${product}","title":"Product of some length, number ${product}","score":${weight}}\n`,
    );
    if (batch.length === 5000) yield batch.splice(0).join('');
  }
}

it('validates a million rows in less than 1 GB of memory', async () => {
  const path = join(folder, 'log.jsonl');
  await pipeline(Readable.from(rows()), createWriteStream(path));
  let isParted = false;
  const partSizes = () => {
    isParted = true;
    return {} as QueryParts;
  };
  const report = await validate(path, { partSizes });
  // Of this process from its start, the test runner included.
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  const rowsPerSecond = Math.round(rowCount / (report.durationMs / 1000));
  console.info(`validated ${rowsPerSecond} rows/s, peak ${Math.round(peakMiB)} MiB`);
  expect(report.rowsRead).toBe(rowCount);
  expect(report.rowsRejected).toBe(1000);
  expect(report.findings.find(({ code }) => code === 'NEGATIVE_WEIGHT')?.count).toBe(1000);
  // So many queries are enough for any decision, and are not kept to be parted.
  expect([isParted, report.queries]).toEqual([false, undefined]);
  expect(peakMiB).toBeLessThan(1000);
}, 240_000);
