import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createClient } from '@attune/client';
import { describe, expect, it } from 'vitest';
import { writeShopTransformer } from '../packages/tune/shop-transformer.js';
import { smallShop, temporaryFolder, writeSmallBase } from '../packages/tune/small-shop.js';
import { attune, attuneServe, attuneUp } from './command.js';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const { documents, queries, interactions, slices } = smallShop();
const titleOf = new Map(documents.map(({ id, fields }) => [id, fields['title']!]));
const textOf = new Map(queries.map(({ id, text }) => [id, text]));

/** Every pair of the shop, judged ones too, as a log of clicks: it is parted by itself. */
const rows = [
  ...interactions.map(({ query, documentId }) => [query, documentId] as const),
  ...slices.flatMap(({ judgments }) =>
    [...judgments].flatMap(([id, grades]) =>
      [...grades.keys()].map((document) => [textOf.get(id)!, document] as const),
    ),
  ),
];
const header = 'query,product_id,title,clicks\n';
const lines = (part: readonly (readonly [string, string])[]) =>
  part.map(([query, id], i) => `${query},${id},${titleOf.get(id)},${1 + (i % 4)}\n`).join('');
const log = (name: string, part: readonly (readonly [string, string])[]) => {
  writeFileSync(at(name), header + lines(part));
  return at(name);
};
const base = await writeSmallBase(at('base'));
const common = (data: string) => ['--data', at(data), '--model', base, '--few', '--collection', 'shop'];

describe('attune up', () => {
  it('serves what the evaluation advises, with a page, and continues without doing it again', async () => {
    const clicks = log('clicks.csv', rows);
    const first = await attuneUp([clicks, ...common('first')]);
    expect(first.line).toMatchObject({
      schema: 'attune.up/1',
      collection: 'shop',
      model: 'shop-1',
      documents: 120,
      isNew: true,
    });
    const advice = first.line['advice'] as { serve: string; sentence: string };
    const settings = first.line['settings'] as { fusionWeight: unknown };
    // Sellers' words are not the buyers': words alone find nothing, and what was learned finds it.
    expect(['tuned', 'fused']).toContain(advice.serve);
    expect(advice.sentence).toMatch(/^Serve the tuned model/);
    if (advice.serve === 'tuned') expect(settings.fusionWeight).toBe(0);

    const client = createClient({ url: first.url });
    const page = await fetch(`${first.url}/`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const [query, id] = rows[0]!;
    const { hits } = await client.search('shop', { text: query, limit: 3 });
    expect(hits.map((hit) => hit.id)).toContain(id);
    const collections = await client.collections.list();
    expect(collections.map(({ name, documents: held }) => [name, held])).toEqual([
      ['shop', 120],
      ['shop-base', 120],
    ]);
    const [release] = await client.collections.releases('shop');
    expect(release).toMatchObject({ bundle: 'shop-1', lexical: settings });
    expect(readFileSync(first.line['report'] as string, 'utf8')).toContain(advice.sentence.slice(0, 40));
    expect((await first.stop()).code).toBe(0);

    const again = await attuneUp([clicks, ...common('first')]);
    expect(again.line).toMatchObject({ model: 'shop-1', isNew: false, documents: 120, settings });
    const releases = await createClient({ url: again.url }).collections.releases('shop');
    expect(releases.map(({ bundle }) => bundle)).toEqual(['shop-1']);
    await again.stop();
  });

  it('serves a transformer that was tuned as a whole, and asks for one before it begins', async () => {
    const clicks = log('whole.csv', rows);
    const tier = ['--tier', 'transformer', '--data', at('whole'), '--few', '--collection', 'shop'];
    const refused = await attune(['up', clicks, ...tier]);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/none ships for it.*base is --model/s);
    expect(existsSync(at('whole'))).toBe(false);

    const transformer = writeShopTransformer(at('shop-transformer'));
    const up = await attuneUp([clicks, ...tier, '--model', transformer, '--minutes', '5']);
    expect(up.line).toMatchObject({ model: 'shop-1', documents: 120, isNew: true });
    const client = createClient({ url: up.url });
    const models = await client.models.list();
    expect(models.find(({ id }) => id === 'shop-1')).toMatchObject({ kind: 'transformer', dim: 32 });
    expect((await client.search('shop', { text: 'lamp', limit: 3 })).hits).toHaveLength(3);
    await up.stop();
  });

  it('learns from all logs that it was given, and puts the new model into service', async () => {
    const half = log('january.csv', rows.slice(0, 80));
    const first = await attuneUp([half, ...common('second')]);
    expect(first.line).toMatchObject({ model: 'shop-1', documents: 80 });
    await first.stop();

    const more = log('february.csv', rows.slice(80));
    const second = await attuneUp([more, ...common('second')]);
    expect(second.line).toMatchObject({ model: 'shop-2', documents: 120, isNew: true });
    const client = createClient({ url: second.url });
    expect((await client.collections.releases('shop')).map(({ bundle }) => bundle)).toEqual([
      'shop-2',
      'shop-1',
    ]);
    const datasets = (await client.datasets.list()).map(({ name }) => name);
    expect(datasets).toEqual(['shop-2-golden', 'shop-2-log']);
    const { err } = await second.stop();
    expect(err).toContain(`Learns from ${half}, ${more}: `);

    rmSync(half);
    const without = await attune(['up', more, ...common('second'), '--port', '0']);
    expect(without.code).toBe(1);
    expect(without.err).toMatch(/FILE_NOT_FOUND: .*january\.csv.*learned from before/);
  });

  it('continues after it was killed, wherever it was', async () => {
    const clicks = log('killed.csv', rows);
    const tuned = at('third/up/shop/tuning.json');
    const killed = await attune(['up', clicks, ...common('third'), '--port', '0', '--json'], {
      onStart: (child) => {
        const look = setInterval(() => {
          if (!existsSync(tuned)) return;
          clearInterval(look);
          child.kill('SIGKILL');
        }, 5);
        child.on('close', () => clearInterval(look));
      },
    });
    expect(killed.code).toBeNull();
    const before = readFileSync(tuned, 'utf8');
    const then = await attuneUp([clicks, ...common('third')]);
    expect(then.line).toMatchObject({ model: 'shop-1', documents: 120, isNew: true });
    // What had ended was not done again.
    expect(readFileSync(tuned, 'utf8')).toBe(before);
    await then.stop();
  });

  it('says at once what is in its way, and leaves no folder behind', async () => {
    const clicks = log('way.csv', rows);
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    const onPort = await attune(['up', clicks, ...common('fourth'), '--port', String(port)]);
    taken.close();
    expect(onPort.code).toBe(1);
    expect(onPort.err).toMatch(/UNAVAILABLE: .*--port/s);
    expect(existsSync(at('fourth'))).toBe(false);

    const server = await attuneServe([at('fifth')]);
    const onFolder = await attune(['up', clicks, ...common('fifth'), '--port', '0']);
    expect(onFolder.code).toBe(1);
    expect(onFolder.err).toMatch(/STORE_LOCKED: .*server/s);
    await server.stop();

    const nowhere = await attune(['up', at('nowhere.csv'), ...common('sixth'), '--port', '0']);
    expect(nowhere.code).toBe(1);
    expect(nowhere.err).toMatch(/FILE_NOT_FOUND: Expected a log at .*nowhere\.csv/);
    expect(existsSync(at('sixth'))).toBe(false);

    mkdirSync(at('seventh'));
    const open = await attune(['up', clicks, ...common('seventh'), '--port', '0', '--host', '0.0.0.0']);
    expect(open.code).toBe(1);
    expect(open.err).toMatch(/FORBIDDEN: .*attune keys create/s);
  });
});
