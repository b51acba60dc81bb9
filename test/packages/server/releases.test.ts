import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordPrecision } from '@attune/encode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeShopTransformer } from '../tune/shop-transformer.js';
import { lamps, type RunningServer, startServer, withLamps } from './running-server.js';
import { importSmallModel } from './small-models.js';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
  await withLamps(server);
  await importSmallModel(server, 'small');
});
afterAll(() => server.close());

const search = (collection: string) =>
  server.json('POST', `/v1/collections/${collection}/search`, { text: 'lamp' });

describe('what is in service', () => {
  it('is replaced by a promotion, which is answered when searches are answered by it', async () => {
    const before = (await search('shop')).body;
    const promoted = await server.json('POST', '/v1/collections/shop/promote', {
      model: 'small',
      anyway: true,
    });
    expect(promoted.status).toBe(200);
    expect(promoted.body).toMatchObject({ number: 2, bundle: 'small', reason: 'hand', of: null });
    const after = (await search('shop')).body;
    expect(after.release).toBe(2);
    expect(after.fingerprint).toBe(promoted.body.fingerprint);
    expect(after.fingerprint).not.toBe(before.fingerprint);
    expect(after.hits.length).toBeGreaterThan(0);
  });

  it('goes back by a roll back, and is listed the newest first', async () => {
    const back = await server.json('POST', '/v1/collections/shop/rollback');
    expect(back.body).toMatchObject({ number: 3, bundle: 'attune-base-en', reason: 'rollback' });
    expect((await search('shop')).body.fingerprint).toBe(back.body.fingerprint);
    const { data } = (await server.json('GET', '/v1/collections/shop/releases')).body;
    expect(
      data.map(({ number, reason, serving }: Record<string, unknown>) => [number, reason, serving]),
    ).toEqual([
      [3, 'rollback', true],
      [2, 'hand', false],
      [1, 'first', false],
    ]);
  });

  it('says in which precision its model makes products', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'attune-quick-model-'));
    const quick = writeShopTransformer(join(folder, 'quick'));
    await recordPrecision(quick, 'int8');
    await server.service.models.import('quick', quick);
    await rm(folder, { recursive: true, force: true });
    const promote = { model: 'quick', anyway: true };
    const promoted = await server.json('POST', '/v1/collections/shop/promote', promote);
    expect(promoted.body).toMatchObject({ bundle: 'quick', precision: 'int8' });
    const back = await server.json('POST', '/v1/collections/shop/rollback');
    expect(back.body).toMatchObject({ bundle: 'attune-base-en', precision: 'f32' });
    const { data } = (await server.json('GET', '/v1/collections/shop/releases')).body;
    const listed = data.map(({ bundle, precision }: Record<string, unknown>) => [bundle, precision]);
    expect(listed.slice(0, 2)).toEqual([
      ['attune-base-en', 'f32'],
      ['quick', 'int8'],
    ]);
  });

  it('stays what it is when there is no such model, or nothing to go back to', async () => {
    const unknown = await server.json('POST', '/v1/collections/shop/promote', { model: 'nothing' });
    expect(unknown.status).toBe(404);
    await server.json('POST', '/v1/collections', { name: 'new' });
    expect((await server.json('POST', '/v1/collections/new/rollback')).status).toBe(409);
    expect((await server.json('POST', '/v1/collections/none/rollback')).status).toBe(404);
  });

  it('keeps its model from being removed; another one goes', async () => {
    const used = await server.json('DELETE', '/v1/models/attune-base-en');
    expect(used.status).toBe(409);
    expect(used.body.error.code).toBe('CONFLICT');
    await importSmallModel(server, 'idle');
    expect((await server.json('DELETE', '/v1/models/idle')).status).toBe(204);
    expect((await server.json('DELETE', '/v1/models/idle')).status).toBe(404);
    expect((await server.json('GET', '/v1/models')).text).not.toContain('idle');
  });
});

describe('decisions', () => {
  beforeAll(async () => {
    const verdicts = ['refuse', 'no decision', 'promote'] as const;
    await server.service.store.change(
      verdicts.map((verdict, i) => ({
        kind: 'decision',
        name: `shop/2026010${i}`,
        put: { createdAt: i, job: `j${i}`, candidate: `c${i}`, verdict, report: { checks: [i] } },
      })),
    );
    await server.service.store.change([
      {
        kind: 'decision',
        name: 'shopping/1',
        put: { createdAt: 1, job: 'j', candidate: 'c', verdict: 'refuse', report: null },
      },
    ]);
  });

  it('are listed the newest first, page by page, of their collection alone', async () => {
    const ids: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await server.json('GET', `/v1/collections/shop/decisions?limit=2${query}`);
      ids.push(...body.data.map(({ id }: { id: string }) => id));
      cursor = body.next_cursor;
    }
    expect(ids).toEqual(['20260102', '20260101', '20260100']);
  });

  it('are given one by one, with all that they rest on', async () => {
    const one = await server.json('GET', '/v1/collections/shop/decisions/20260101');
    expect(one.body).toEqual({
      id: '20260101',
      createdAt: 1,
      job: 'j1',
      candidate: 'c1',
      verdict: 'no decision',
      report: { checks: [1] },
    });
    expect((await server.json('GET', '/v1/collections/shop/decisions/1')).status).toBe(404);
    expect((await server.json('GET', '/v1/collections/none/decisions/20260101')).status).toBe(404);
  });
});

describe('aliases', () => {
  it('mean a collection, and another one from the next request on', async () => {
    await server.json('POST', '/v1/collections', { name: 'other' });
    const set = await server.json('PUT', '/v1/aliases/live', { collection: 'shop' });
    expect(set.body).toEqual({ alias: 'live', collection: 'shop' });
    expect((await search('live')).body.hits).toHaveLength(lamps.length);
    await server.json('PUT', '/v1/aliases/live', { collection: 'other' });
    expect((await search('live')).body.hits).toEqual([]);
    expect((await server.json('GET', '/v1/aliases')).body).toEqual({
      data: [{ alias: 'live', collection: 'other' }],
    });
  });

  it('serve where releases are asked for', async () => {
    await server.json('PUT', '/v1/aliases/live', { collection: 'shop' });
    const releases = (await server.json('GET', '/v1/collections/shop/releases')).body.data;
    expect((await server.json('GET', '/v1/collections/live/releases')).body.data).toEqual(releases);
    expect((await server.json('GET', '/v1/collections/live/decisions')).body.data).toHaveLength(3);
  });

  it('are refused where they would hide a collection or mean none, and go', async () => {
    expect((await server.json('PUT', '/v1/aliases/shop', { collection: 'other' })).status).toBe(409);
    expect((await server.json('PUT', '/v1/aliases/more', { collection: 'none' })).status).toBe(404);
    expect((await server.json('PUT', '/v1/aliases/No', { collection: 'shop' })).status).toBe(400);
    expect((await server.json('DELETE', '/v1/aliases/live')).status).toBe(204);
    expect((await server.json('DELETE', '/v1/aliases/live')).status).toBe(404);
    expect((await search('live')).status).toBe(404);
  });
});
