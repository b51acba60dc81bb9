import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { validate } from '../../../packages/data/src/index.js';
import { hasShared, sharedDir } from '../../shared-data.js';

const where = hasShared ? '' : ' (skipped: ../shared is not here)';
const data = (...path: string[]) => join(sharedDir, 'data', ...path);

async function countsOf(
  path: string,
  options: Parameters<typeof validate>[1] = {},
): Promise<Record<string, number>> {
  const report = await validate(path, options);
  return Object.fromEntries(report.findings.map(({ code, count }) => [code, count]));
}

// The figures are exact for these files; the README beside them gives orders of size, counted with plainer patterns.
describe.skipIf(!hasShared)(`dirt in real catalogues${where}`, () => {
  it('homedepot: no descriptions, entities, three broken characters, repeated titles', async () => {
    expect(await countsOf(data('products/homedepot/corpus.jsonl'))).toEqual({
      BLANK_VALUE: 2 * 54_667, // description and class
      HTML_ENTITY: 1_240,
      DUPLICATE_TITLE: 1_193,
      MOJIBAKE: 3,
      INVISIBLE_CHARACTER: 4,
    });
  });

  it('crowdflower: descriptions missing, broken encodings, entities', async () => {
    expect(await countsOf(data('products/crowdflower/corpus.jsonl'))).toEqual({
      BLANK_VALUE: 2_384 + 9_910, // description; class, which the set does not have
      MOJIBAKE: 911,
      DUPLICATE_TITLE: 205,
      CONTROL_CHARACTER: 99,
      HTML_ENTITY: 75,
      TOO_LONG: 70,
      INVISIBLE_CHARACTER: 40,
    });
  });

  it('chorus: tags in descriptions', async () => {
    expect(await countsOf(data('products/chorus/corpus.jsonl'))).toEqual({
      BLANK_VALUE: 98,
      HTML_TAG: 462,
      HTML_ENTITY: 8,
      DUPLICATE_TITLE: 766,
      CONTROL_CHARACTER: 6,
      TOO_LONG: 293,
      INVISIBLE_CHARACTER: 1,
    });
  });
});

describe.skipIf(!hasShared)(`dirt in real training data${where}`, () => {
  it.each([
    ['homedepot', 301, 184],
    ['crowdflower', 87, 16],
  ])(
    '%s: repeated and contradictory pairs, no judged pair trained on',
    async (name, repeated, contradictory) => {
      const report = await validate(data('products', name));
      const count = (code: string) => report.findings.find((finding) => finding.code === code)?.count ?? 0;
      expect(count('REPEATED_TEXT')).toBe(repeated);
      expect(count('CONTRADICTORY_WEIGHT')).toBe(contradictory);
      expect(count('LEAK_PAIR')).toBe(0);
      expect(count('UNKNOWN_DOCUMENT')).toBe(0);
      expect(count('UNKNOWN_QUERY')).toBe(0);
      expect(report.verdict).toBe('warn');
      expect(report.rowsRejected).toBe(0);
    },
  );
});

describe.skipIf(!hasShared)(`dirt in real logs${where}`, () => {
  it('retrotech: 1,328 ragged rows, and ids that lost their leading zeros are named', async () => {
    const sessions = data('logs/retrotech/sessions/dryer_sessions.gz');
    const report = await validate(sessions, { documents: data('logs/retrotech/products.tgz') });
    const finding = (code: string) => report.findings.find((found) => found.code === code);
    expect(report.verdict).toBe('fail');
    expect(report.rowsRead).toBe(148_194);
    expect(finding('RAGGED_ROW')?.count).toBe(1_328);
    expect(finding('RAGGED_ROW')?.examples[0]).toMatchObject({ file: 'products.tgz', line: 513 });
    expect(finding('ID_LOST_ZEROS')).toMatchObject({ severity: 'error', count: 13, total: 20 });
    expect(finding('ID_LOST_ZEROS')?.message).toMatch(/7 of 20 .* without leading zeros 20 are/);
    expect(finding('UNKNOWN_DOCUMENT')?.count).toBe(65_000);
    expect(finding('NUMBER_AS_FLOAT')?.count).toBe(100_000);
  });

  it('retrotech: without the catalogue, the lengths of ids give the loss away', async () => {
    const report = await validate(data('logs/retrotech/sessions/dryer_sessions.gz'));
    const lengths = report.findings.find(({ code }) => code === 'ID_LENGTHS_DIFFER');
    const zeros = /(\d+) of 12/.exec(lengths?.message ?? 'no finding')?.[1];
    expect([lengths?.severity, zeros]).toEqual(['warning', '7']);
  });

  it('esci-ubi: bulk form, unknown queries, clicks and carts without an impression, missing fields', async () => {
    const report = await validate(data('logs/esci-ubi/ubi_queries_events.ndjson'));
    const finding = (code: string) => report.findings.find((found) => found.code === code);
    expect(report.rowsRead).toBe(473 + 3_448);
    expect(finding('UNKNOWN_QUERY_ID')).toMatchObject({ count: 946, total: 3_448 });
    expect(finding('CLICK_WITHOUT_IMPRESSION')).toMatchObject({ count: 41 + 48 + 6, total: 287 + 234 + 6 });
    expect(finding('CLICK_WITHOUT_IMPRESSION')?.message).toMatch(/41 of 287 click, 48 of 234 add_to_cart/);
    expect(finding('UNKNOWN_ACTION')).toMatchObject({ count: 416, total: 3_448 });
    expect(finding('EVENT_MISSING_FIELD')?.message).toMatch(/user_query is missing in 6/);
    expect(finding('EVENT_BEFORE_QUERY')?.count).toBe(125);
  });
});
