import { readDataset, validate } from '@attune/data';
import { expect, it } from 'vitest';
import { filesIn, temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();

it('the stem is chosen by texts of the source, by what reads it and by what checks it alike', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `lampe${i % 2 ? 'n' : ''} ${i},p${i},Tischlampe ${i}`);
  const path = filesIn(folder, { 'log.csv': ['query,product_id,title', ...rows].join('\n') });
  const seen: (readonly string[])[] = [];
  const stemFor = (texts: readonly string[]) => {
    seen.push(texts);
    return (word: string) => word.slice(0, 5);
  };
  await readDataset(path, { stemFor });
  await validate(path, { stemFor });
  expect(seen).toHaveLength(2);
  expect(seen[0]).toEqual(seen[1]);
  expect(seen[0]).toContain('lampe 0');
  expect(seen[0]).toContain('Tischlampe 39');
  const given = await readDataset(path, { stemFor, stem: (word) => word.slice(0, 1) });
  expect(seen).toHaveLength(2);
  // By their first letters these two are one query.
  expect(given.queries.find(({ text }) => text === 'lampen 11')!.part).toBe(
    given.queries.find(({ text }) => text === 'lampen 13')!.part,
  );
});
