/**
 * node script.mjs ROOT MODELS: what a data folder lives through, once: written, refreshed, promoted, rolled back, backed up, restored and opened
 * again. Each step is marked in the trace before it begins, and when it was acknowledged or failed; a step that fails ends nothing.
 */
import { accessSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { backUpData, restoreData, Service } from '@attune/service';

const [root, models] = process.argv.slice(2);

function mark(text) {
  try {
    accessSync(`${root}/mark:${text}`);
  } catch {
    // Without the preloaded library there is no trace.
  }
}

let number = 0;
/** @param does  what is true once it was acknowledged, as expected.ts reads it */
async function step(does, work) {
  number++;
  mark(`begin ${number} ${JSON.stringify(does)}`);
  try {
    await work();
    mark(`end ${number}`);
  } catch (error) {
    mark(`fail ${number} ${error.message}`);
  }
}

let service;
const open = (folder) =>
  step({ open: folder }, async () => {
    service = await Service.open(join(root, folder), { openCollections: 2 });
    for (const { name } of await service.collections()) await service.whenReady(name);
  });
const close = () => step({}, () => service?.close());
const create = (collection, bundle) =>
  step({ create: collection, bundle }, () => service.createCollection(collection, { bundle }));
const write = (collection, put, { refresh = true, remove = [] } = {}) =>
  step({ write: collection, put, remove }, () => {
    const puts = Object.entries(put).map(([id, title]) => ({ op: 'upsert', id, fields: { title } }));
    const removals = remove.map((id) => ({ op: 'delete', id }));
    return service.write(collection, [...puts, ...removals], { refresh });
  });
const promote = (collection, bundle) =>
  step({ release: collection, bundle }, () => service.promote(collection, bundle, { reason: 'gate' }));
const event = (application) =>
  step({ event: application }, () => service.recordEvents([{ action_name: 'view', application }]));

const many = (from, count) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${from + i}é`, `oak lamp ${from + i}`]));

await open('data');
await step({ model: 'one' }, () => service.models.import('one', join(models, 'one')));
await create('shop', 'one');
await write('shop', many(0, 12));
await write('shop', { '0é': 'red lamp', new: 'steel rug' }, { remove: ['1é'] });
await step({ model: 'two' }, () => service.models.import('two', join(models, 'two')));
await event('first');
await step({ dataset: 'log' }, () =>
  service.datasets.put('log', 'log.jsonl', Readable.from(['{"query":"lamp","product_id":"1","score":1}\n'])),
);
await promote('shop', 'two');
await write('shop', many(20, 6), { refresh: false });
await step({ alias: 'window', of: 'shop' }, () => service.setAlias('window', 'shop'));
await create('other', 'two');
await write('other', many(0, 3));
await step({ backup: 'backup', of: 'data' }, () => backUpData(join(root, 'data'), join(root, 'backup')));
await step({ release: 'shop', bundle: 'one' }, () => service.rollBack('shop'));
await write('shop', many(30, 40));
await event('second');
await close();
await open('data');
await write('shop', { late: 'blue sofa' }, { remove: ['new'] });
await promote('other', 'one');
await step({ drop: 'other' }, () => service.dropCollection('other'));
await step({ model: 'three' }, () => service.models.import('three', join(models, 'three')));
await step({ removedModel: 'three' }, () => service.models.remove('three'));
await event('third');
await close();
await step({ restore: 'restored', of: 'backup' }, () =>
  restoreData(join(root, 'backup'), join(root, 'restored')),
);
await open('restored');
await write('shop', { back: 'oak desk' }, { remove: ['0é'] });
await create('third', 'one');
await write('third', many(0, 2));
await close();
