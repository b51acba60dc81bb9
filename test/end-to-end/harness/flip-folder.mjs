/** A small data folder with one of everything that is read again, and a tiny random model: to be damaged bit by bit. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeSealedJson } from '@attune/files';
import { Service } from '@attune/service';
import { Store } from '@attune/store';
import { words, writeTinyModel } from './tiny-model.mjs';

export const jobId = '20260101-000000-000-1';
export const documentIds = Array.from({ length: 12 }, (_, row) => `d${row}é`);

export async function makeFlipFolder(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const model = join(folder, 'tiny');
  await writeTinyModel(model);
  const data = join(folder, 'data');
  const service = await Service.open(data);
  await service.models.import('tiny', model);
  rmSync(model, { recursive: true });
  await service.createCollection('shop', { bundle: 'tiny' });
  await service.whenReady('shop');
  const upserts = documentIds.map((id, row) => ({
    op: 'upsert',
    id,
    fields: { title: `${words[2 + (row % 5)]} ${words[7 + (row % 5)]} nø ${row}` },
    attributes: { price: row },
  }));
  await service.write('shop', upserts, { refresh: true });
  await service.write('shop', [{ op: 'upsert', id: 'gone', fields: { title: 'red rug' } }], {
    refresh: true,
  });
  await service.write('shop', [{ op: 'delete', id: 'gone' }], { refresh: true });
  await service.setAlias('window', 'shop');
  for (const text of ['lamp', 'oak chair']) {
    const { queryId, hitsJson } = await service.search('shop', { text, limit: 3 });
    const object_id = JSON.parse(hitsJson)[0].id;
    const event = { action_name: 'click', query_id: queryId, event_attributes: { object: { object_id } } };
    await service.recordEvents([event, { action_name: 'view', application: 'shop' }], {
      idempotencyKey: text,
    });
  }
  await service.close();
  const store = await Store.open(data);
  const job = {
    kind: 'validate',
    request: { dataset: 'none' },
    state: 'finished',
    step: 'ended',
    progress: 1,
    attempts: 1,
    createdAt: 1,
    startedAt: 1,
    finishedAt: 2,
    result: { verdict: 'pass' },
    error: null,
  };
  await store.change([{ kind: 'job', name: jobId, put: job }]);
  await store.close();
  const jobFolder = join(data, 'jobs', jobId);
  mkdirSync(jobFolder, { recursive: true });
  await writeSealedJson(join(jobFolder, 'result.json'), { result: { verdict: 'pass', count: 7 } });
  return data;
}
