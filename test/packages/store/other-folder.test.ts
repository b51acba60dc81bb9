import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Store } from '@attune/store';
import { describe, expect, it } from 'vitest';
import { errorOf, temporaryFolder } from './sample-store.js';

function folderOf(files: Record<string, string>): string {
  const folder = join(temporaryFolder(), 'folder');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const index = { 'documents.jsonl': '', 'manifest.json': '{"fingerprint":"f1"}' };

describe('a folder that is something else', () => {
  it.each([
    ['an index of documents', index],
    ['a model', { 'modules.json': '[]' }],
  ])('is refused as %s before anything is written there', async (what, files) => {
    const folder = folderOf(files);
    expect(await errorOf(() => Store.open(folder))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(`${folder} is ${what}`),
    });
    expect(readdirSync(folder).sort()).toEqual(Object.keys(files).sort());
  });

  it.each([
    ['nothing', {}],
    ['documents of people', { 'documents.jsonl': '{"id":"1"}' }],
    ['a manifest of another program', { 'documents.jsonl': '', 'manifest.json': '{}' }],
  ])('is taken where it holds %s', async (_, files) => {
    const folder = folderOf(files);
    await (await Store.open(folder)).close();
  });

  it.each([
    ['missing', 'bundles/tuned', undefined, 'not there'],
    ['missing', 'datasets/log', undefined, 'not there'],
    ['empty', 'bundles/tuned', '', 'empty'],
  ])(
    'is refused where attune.db is %s and it holds %s, and nothing of it changes',
    async (_, held, content, said) => {
      const folder = join(temporaryFolder(), 'data');
      mkdirSync(join(folder, held), { recursive: true });
      if (content !== undefined) writeFileSync(join(folder, 'attune.db'), content);
      for (const create of [true, false]) {
        const error = await errorOf(() => Store.open(folder, { create }));
        expect(error).toMatchObject({ code: 'FILE_NOT_FOUND' });
        if (create || content !== undefined)
          expect(error).toMatchObject({
            message: expect.stringMatching(new RegExp(`\\(${held}\\).* ${said}`)),
          });
      }
      expect(readdirSync(join(folder, held, '..'))).toHaveLength(1);
    },
  );

  it('is a data folder all the same where it holds a store', async () => {
    const folder = temporaryFolder();
    await (await Store.open(folder)).close();
    for (const [name, text] of Object.entries(index)) writeFileSync(join(folder, name), text);
    await (await Store.open(folder)).close();
  });
});
