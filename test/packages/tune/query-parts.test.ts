import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDataset, type ValidationReport, validate, writeDataset } from '@attune/data';
import { detectableDifference, usualSpread } from '@attune/evaluate';
import { judgedSets, queryParts } from '@attune/tune';
import { describe, expect, it } from 'vitest';
import { sharedDir } from '../../shared-data.js';
import { smallShop, temporaryFolder } from './small-shop.js';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);

const partsOf = async (path: string): Promise<ValidationReport['queries']> =>
  (await validate(path, { partSizes: queryParts })).queries;

/** What training and evaluation take of the same data, counted on what they read. */
async function takenOf(path: string) {
  const dataset = await readDataset(path);
  const { choosing, main } = judgedSets(dataset);
  const defined = ({ judgments }: typeof main) =>
    [...judgments.values()].filter((grades) => Math.max(...grades.values()) > 0).length;
  const training = new Set(dataset.interactions.filter(({ weight }) => weight > 0).map((row) => row.queryId));
  return {
    all: dataset.queries.length,
    training: training.size,
    choosing: defined(choosing),
    test: defined(main),
  };
}

const logRows = (count: number, weightOf: (row: number) => number) =>
  `query,product_id,title,clicks\n${Array.from({ length: count }, (_, i) => `word${i} lamp,p${i % 90},Lamp ${i % 90},${weightOf(i)}\n`).join('')}`;

describe('the queries that data gives', () => {
  it('are those that training and evaluation take of a log', async () => {
    writeFileSync(
      at('log.csv'),
      logRows(900, (i) => i % 3),
    );
    const parts = await partsOf(at('log.csv'));
    expect(parts).toMatchObject({ ...(await takenOf(at('log.csv'))), areStated: false, least: 100 });
    expect(parts!.all).toBe(900);
    expect(parts!.training + parts!.choosing + parts!.test).toBe(600);
    expect(parts!.smallestDifference).toBeCloseTo((2.801585 * 0.2) / Math.sqrt(parts!.test), 10);
    expect(parts!.smallestDifference).toBe(detectableDifference(usualSpread, parts!.test));
  });

  it('leave out what names documents that the catalogue does not have', async () => {
    writeFileSync(
      at('half.csv'),
      logRows(300, () => 1),
    );
    const rows = Array.from({ length: 45 }, (_, i) => `p${i},Lamp ${i}\n`);
    writeFileSync(at('catalogue.csv'), `product_id,title\n${rows.join('')}`);
    const report = await validate(at('half.csv'), { documents: at('catalogue.csv'), partSizes: queryParts });
    const { training, choosing, test } = report.queries!;
    expect(training + choosing + test).toBe(165);
  });

  it.each([[['dev', 'test']], [['dev']], [['test']]])(
    'are those of the judgments %j of a folder',
    async (slices) => {
      const name = at(`shop-${slices.join('-')}`);
      await writeDataset(name, smallShop(slices));
      expect(await partsOf(name)).toMatchObject({ ...(await takenOf(name)), areStated: true });
    },
  );

  it('are those of events', async () => {
    const name = join(sharedDir, 'data/logs/esci-ubi/ubi_queries_events.ndjson');
    expect(await partsOf(name)).toMatchObject(await takenOf(name));
  });

  it('are none where there are documents alone, or no weight above 0', async () => {
    expect(await partsOf(at('catalogue.csv'))).toMatchObject({ all: 0, test: 0, smallestDifference: null });
    writeFileSync(
      at('unclicked.csv'),
      logRows(60, () => 0),
    );
    expect(await partsOf(at('unclicked.csv'))).toMatchObject({ all: 60, training: 0, choosing: 0, test: 0 });
  });

  it('are left out of a report that nobody asked for them', async () => {
    expect(await validate(at('log.csv'))).not.toHaveProperty('queries');
  });
});
