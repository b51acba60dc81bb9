import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChosenSearch, Encoder, readBundle, recordSearch } from '@attune/encode';
import { afterAll, describe, expect, it } from 'vitest';
import { writeSmallBase } from '../../tune/small-shop.js';

const folder = mkdtempSync(join(tmpdir(), 'attune-search-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const search: ChosenSearch = {
  settings: { analyser: 'plain', k1: 1.2, b: 0.5, fields: ['title'], fusionWeight: 'lexicalOnly' },
  choices: [
    {
      what: 'BM25',
      chosen: 'plain',
      metric: 'ndcg@10',
      on: 'dev',
      queryCount: 2,
      tried: [
        { name: 'plain', value: 0.5 },
        { name: 'english', value: Number.NaN },
      ],
    },
  ],
};

describe('the search settings in a lineage', () => {
  it('are read as they were written, and leave vectors, fingerprint and the rest of the lineage as they are', async () => {
    const path = await writeSmallBase(join(folder, 'whole'));
    const before = await readBundle(path);
    await recordSearch(path, search);
    const after = (await Encoder.load(path)).bundle; // compares the golden vectors
    expect(after.fingerprint).toBe(before.fingerprint);
    expect(after.manifest!.lineage).toEqual({ ...before.manifest!.lineage, search });
    await recordSearch(path, { ...search, choices: [] });
    expect((await readBundle(path)).manifest!.lineage.search).toEqual({ ...search, choices: [] });
  });

  it.each<[string, (search: Record<string, unknown>) => unknown]>([
    ['settings', (search) => ({ ...search, settings: 'plain' })],
    ['choices', (search) => ({ ...search, choices: {} })],
    ['queryCount', (search) => ({ ...search, choices: [{ ...firstChoice(search), queryCount: -1 }] })],
    ['tried', (search) => ({ ...search, choices: [{ ...firstChoice(search), tried: undefined }] })],
    [
      'value',
      (search) => ({ ...search, choices: [{ ...firstChoice(search), tried: [{ name: 'a', value: 'b' }] }] }),
    ],
  ])('are refused where %s is wrong, naming file and key', async (key, broken) => {
    const path = join(folder, `broken-${key}`);
    cpSync(join(folder, 'whole'), path, { recursive: true });
    const file = join(path, 'attune.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    manifest.lineage.search = broken(JSON.parse(JSON.stringify(search)));
    writeFileSync(file, JSON.stringify(manifest));
    await expect(readBundle(path)).rejects.toMatchObject({
      code: 'BUNDLE_INVALID',
      message: expect.stringMatching(new RegExp(`attune.json.*"${key}"`)),
    });
  });
});

const firstChoice = (search: Record<string, unknown>) => (search['choices'] as object[])[0];
