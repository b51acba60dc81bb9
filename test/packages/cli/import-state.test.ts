import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DocumentRow } from '@attune/data';
import { describe, expect, it } from 'vitest';
import { ImportState } from '../../../packages/cli/src/import-state.js';
import { temporaryFolder } from '../tune/small-shop.js';

const folder = temporaryFolder();
const source = join(folder, 'catalogue.csv');
const target = { url: 'http://127.0.0.1:7400', collection: 'shop', createdAt: 1 };

const document = (id: string, title = id): DocumentRow => ({
  id,
  fields: { title },
  attributes: {},
  source: { file: 'catalogue.csv', line: 2 },
});
const three = [document('a'), document('b'), document('c')];

/** An import that stopped after two of three documents. */
async function stopped(): Promise<void> {
  const state = await ImportState.open(source, target);
  for (const each of three.slice(0, 2)) state.add(each);
  expect(await state.save({ now: true })).toBe(true);
}

const doneOf = async (documents: readonly DocumentRow[], to = target) =>
  (await ImportState.open(source, to)).doneOf(documents);

describe('the state of an import', () => {
  it('counts what was done of the same documents, whatever comes after them', async () => {
    await stopped();
    expect(await doneOf(three)).toBe(2);
    expect(await doneOf([...three.slice(0, 2), document('x'), document('y')])).toBe(2);
    expect(await doneOf(three.slice(0, 2))).toBe(2);
  });

  it.each<[string, DocumentRow[]]>([
    ['one of them has other words', [document('a', 'other'), ...three.slice(1)]],
    ['one came before them', [document('x'), ...three]],
    ['they have another order', [three[1]!, three[0]!, three[2]!]],
    ['there are fewer', three.slice(0, 1)],
  ])('counts nothing where %s', async (_, documents) => {
    await stopped();
    expect(await doneOf(documents)).toBe(0);
  });

  it.each([
    ['another server', { ...target, url: 'http://127.0.0.1:7401' }],
    ['a collection that was made anew', { ...target, createdAt: 2 }],
    ['another collection', { ...target, collection: 'other' }],
  ])('counts nothing for %s', async (_, to) => {
    await stopped();
    expect(await doneOf(three, to)).toBe(0);
  });

  it('goes on counting from there, and is gone at the end', async () => {
    await stopped();
    const state = await ImportState.open(source, target);
    expect(state.doneOf(three)).toBe(2);
    state.add(three[2]!);
    await state.save({ now: true });
    expect(await doneOf([...three, document('d')])).toBe(3);
    await state.remove();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('begins anew where its file says nothing, and works where none can be written', async () => {
    writeFileSync(join(folder, '.catalogue.csv.shop.import'), 'half of a fi');
    expect(await doneOf(three)).toBe(0);
    const nowhere = await ImportState.open(join(folder, 'missing', 'catalogue.csv'), target);
    nowhere.add(three[0]!);
    expect(await nowhere.save({ now: true })).toBe(false);
  });
});
