import { join } from 'node:path';
import { writeDataset } from '@attune/data';
import { DocumentIndex, open, tune } from 'attune';
import { beforeAll, describe, expect, it } from 'vitest';
import { smallShop, temporaryFolder, writeSmallBase } from '../../packages/tune/small-shop.js';

const folder = temporaryFolder();
const data = join(folder, 'data');
let base: string;

beforeAll(async () => {
  base = await writeSmallBase(join(folder, 'base'));
  await writeDataset(data, smallShop(['dev']));
});

describe('tune', () => {
  it('gives the verdict, the report, the model that a collection is searched by, and the index', async () => {
    const out = join(folder, 'job');
    const steps = new Set<string>();
    const { verdict, report, model, index } = await tune(data, {
      out,
      base,
      seed: 1,
      few: true,
      acceptErrors: true,
      onStep: (step) => steps.add(step),
    });
    expect([...steps]).toEqual(['validate', 'train', 'evaluate', 'index']);
    expect(report.schema).toBe('attune.evaluation/1');
    expect(verdict).toBe(report.verdict);
    expect(verdict.advice!.sentence).toMatch(/^Serve /);
    const [hit] = await index.search('couch light', { limit: 1 });
    const again = await DocumentIndex.open(join(out, 'index'));
    expect(await again.search('couch light', { limit: 1 })).toEqual([hit]);

    const shop = await open(join(folder, 'served'), { model });
    const { fields, id } = hit!;
    await shop.upsert([{ id, fields }]);
    expect((await shop.search('couch light')).map((each) => each.id)).toEqual([id]);
    await shop.close();
  });

  it('says which argument is of another kind', async () => {
    // biome-ignore lint/suspicious/noExplicitAny: as a program without types calls it
    const call = tune as any;
    for (const [args, message] of [
      [[], "Expected options such as { out: 'my-job' }, but received undefined."],
      [
        [undefined, { out: 'x' }],
        'Expected data to be the path of a log or of a dataset folder, but received undefined.',
      ],
      [
        [[{ query: 'lamp' }], { out: 'x' }],
        'Expected data to be the path of a log or of a dataset folder, but received an object.',
      ],
      [[data, {}], 'Expected out to be the path of a folder, but received undefined.'],
      [[data, { out: '' }], 'Expected out to be the path of a folder, but received "".'],
      [
        [data, { out: join(folder, 'x'), tier: 'big' }],
        'Expected tier to be one of static, adapter, transformer, but received "big".',
      ],
      [
        [data, { out: join(folder, 'x'), seed: -1 }],
        'Expected seed to be a whole number from 0 to 4,294,967,295, but received -1.',
      ],
    ] as [unknown[], string][])
      await expect(call(...args), message).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message,
      });
  });
});
