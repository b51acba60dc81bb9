import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseJson, readJson } from '@attune/files';
import { afterAll, expect, it } from 'vitest';

const folder = await mkdtemp(join(tmpdir(), 'attune-parse-json-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const lists = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const objects = (levels: number) => '{"a":'.repeat(levels) + 1 + '}'.repeat(levels);

it('reads JSON of 200 levels, and refuses more', () => {
  expect(JSON.stringify(parseJson(lists(200)))).toBe(lists(200));
  expect(JSON.stringify(parseJson(objects(200)))).toBe(objects(200));
  expect(parseJson('[1, {"a": null}, "x"]')).toEqual([1, { a: null }, 'x']);
  const brackets = '[{'.repeat(300);
  expect(parseJson(JSON.stringify([brackets, `\\"${brackets}\\`, 1]))).toEqual([
    brackets,
    `\\"${brackets}\\`,
    1,
  ]);
  for (const deep of [
    lists(201),
    objects(201),
    lists(100_000),
    `[1, ${lists(5000)}]`,
    `["\\\\", ${lists(201)}]`,
  ])
    expect(() => parseJson(deep)).toThrow('it nests deeper than 200 levels');
});

it('refuses a file that nests too deeply as one that is damaged', async () => {
  const path = join(folder, 'deep.json');
  writeFileSync(path, lists(50_000));
  await expect(readJson(path)).rejects.toMatchObject({ code: 'FILE_CORRUPT' });
});
