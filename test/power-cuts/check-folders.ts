import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { restoreData, Service, verifyData } from '@attune/service';
import { StoreReader } from '@attune/store';
import { type Expected, type ExpectedFolder, none } from './expected.js';

/**
 * What is wrong with what lies below a folder after a cut or a failure; it is opened, read, written and restored from.
 *
 * @param isAtRisk  whether anything may have been lost of a data folder or a backup, by its name; the others are left alone
 */
export async function wrongBelow(
  root: string,
  expected: Expected,
  isAtRisk: (name: string) => boolean = () => true,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [name, folder] of expected.data) {
    if (!isAtRisk(name)) continue;
    const path = join(root, name);
    if (existsSync(path)) wrong.push(...(await wrongIn(name, path, folder)));
    else if (folder.isSure) wrong.push(`${name} is not there`);
  }
  for (const [name, folder] of expected.backups) {
    const path = join(root, name);
    if (!isAtRisk(name) || (!folder.isSure && !existsSync(path))) continue;
    const restored = join(root, `again-of-${name}`);
    try {
      await restoreData(path, restored);
      wrong.push(...(await wrongIn(`what ${name} gave`, restored, folder)));
    } catch (error) {
      wrong.push(`${name} could not be restored: ${(error as Error).message}`);
    }
  }
  return wrong;
}

async function wrongIn(name: string, path: string, expected: ExpectedFolder): Promise<string[]> {
  try {
    const wrong = differences(await foundIn(path), expected);
    const { damage } = await verifyData(path);
    wrong.push(...damage.map((each) => `verify finds ${JSON.stringify(each)}`));
    return wrong.map((each) => `${name}: ${each}`);
  } catch (error) {
    return [`${name} does not open: ${(error as Error).stack}`];
  }
}

function differences(found: Map<string, string>, expected: ExpectedFolder): string[] {
  const wrong: string[] = [];
  for (const name of new Set([...found.keys(), ...expected.values.keys()])) {
    const value = found.get(name) ?? none;
    const allowed = expected.allowed(name);
    if (!allowed.has(value)) wrong.push(`${name} is ${value} instead of ${[...allowed].join(' or ')}`);
  }
  for (const { before, after } of expected.together) {
    const now = [...after.keys()].map((name) => found.get(name) ?? none);
    const isAfter = [...after.values()].every((value, i) => now[i] === value);
    const isBefore = [...before.values()].every((values, i) => values.split(' or ').includes(now[i]!));
    // A later step may have written over it.
    const isOver = [...after.keys()].some((name) => expected.allowed(name).size === 1);
    if (!isAfter && !isBefore && !isOver) wrong.push(`a write is there by half: ${now.join(', ')}`);
  }
  return wrong;
}

/** What a data folder holds, by the names of expected.ts; a write is taken and found. */
async function foundIn(path: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const service = await Service.open(path, { log: () => undefined });
  try {
    for (const { name } of await service.models.list()) found.set(`model ${name}`, 'there');
    for (const { name } of await service.datasets.list()) found.set(`dataset ${name}`, 'there');
    for (const { alias, collection } of service.aliases()) found.set(`alias ${alias}`, collection);
    const collections = await service.collections();
    for (const { name, bundle } of collections) {
      found.set(`collection ${name}`, 'there');
      found.set(`release ${name}`, bundle);
      await addDocuments(service, name, found);
    }
    const reader = StoreReader.open(path);
    try {
      for (const { event } of reader.events()) found.set(`event ${event.application}`, 'there');
    } finally {
      reader.close();
    }
    for (const { name } of collections) await expectWritable(service, name);
  } finally {
    await service.close();
  }
  return found;
}

async function addDocuments(service: Service, collection: string, found: Map<string, string>): Promise<void> {
  const ids = new Set<string>();
  const { documents } = await service.documents(collection, { limit: 1000 });
  for (const { id, fields } of documents) {
    ids.add(id);
    found.set(`document ${collection}/${id}`, String(fields['title']));
  }
  const hits = await foundBySearch(service, collection);
  for (const { id, fields } of hits) {
    if (found.get(`document ${collection}/${id}`) !== fields.title)
      throw new Error(
        `searches of ${collection} find ${id} as "${fields.title}", which is not what is stored`,
      );
  }
  if (hits.length !== ids.size)
    throw new Error(`searches of ${collection} find ${hits.length} documents, and ${ids.size} are stored`);
}

async function expectWritable(service: Service, collection: string): Promise<void> {
  const id = 'written after it';
  await service.write(collection, [{ op: 'upsert', id, fields: { title: 'oak rug' } }], { refresh: true });
  if (!(await foundBySearch(service, collection)).some((hit) => hit.id === id))
    throw new Error(`a write to ${collection} is not found`);
}

/** Every document that a search can find. */
async function foundBySearch(service: Service, collection: string) {
  const search = { text: 'lamp', mode: 'vector', limit: 1000, record: false } as const;
  const { hitsJson } = await service.search(collection, search);
  return JSON.parse(hitsJson) as { id: string; fields: { title: string } }[];
}
