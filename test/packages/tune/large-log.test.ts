import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryFolder } from './small-shop.js';

const folder = temporaryFolder();
const program = fileURLToPath(new URL('read-and-pair.mjs', import.meta.url));
const rowCount = 100_000;
const queryCount = 95_000;
const documentCount = 10_000;

/** A word of letters alone for each number. */
const word = (number: number): string =>
  String(number).replace(/\d/g, (digit) => 'ba ce di fo gu ha ke li mo nu'.split(' ')[Number(digit)]!);

function logOf(): string {
  // What stands in a line beside what is read must not stay in memory.
  const rest = 'x'.repeat(500);
  const rows = ['query,product_id,title,clicks,session'];
  for (let row = 0; row < rowCount; ++row) {
    const query = row % queryCount;
    const product = (row * 7919) % documentCount;
    const title = `the ${word(product)} of ${word((product * 31) % 9973)} and ${word((product * 17) % 997)}`;
    rows.push(
      `${word(query)} for ${word((query * 31) % 9973)},${100_000 + product},${title},${1 + (row % 9)},${rest}`,
    );
  }
  return rows.join('\n');
}

it('reads and pairs a log of 95,000 different queries in a heap of 75 MB', async () => {
  const log = join(folder, 'log.csv');
  writeFileSync(log, logOf());
  const { stdout } = await promisify(execFile)(process.execPath, ['--max-old-space-size=75', program, log]);
  expect(JSON.parse(stdout)).toEqual({
    documents: 10_000,
    queries: 95_000,
    interactions: 70_172,
    pairs: 70_172,
    pairedQueries: 66_630,
    known: 70_172,
    digest: 'f0c11367cb1ea135dcaad5965eeb58fad28ff3229798e6734dca0ab63d184aeb',
  });
});
