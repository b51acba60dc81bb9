import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBundle, writeStaticBundle } from '@attune/encode';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, writeSmallBase } from '../packages/tune/small-shop.js';
import { root } from './harness/repository.js';
import { ServerProcess } from './harness/server-process.js';

const folder = temporaryFolder();
const models = join(folder, 'models');
const env = {
  ATTUNE_MODELS: models,
  ATTUNE_ROOT: root,
  NODE_OPTIONS: `--require ${join(root, 'test/end-to-end/harness/aborting-tokenizer.cjs')}`,
};

/** A bundle with a word more, and vectors of its own. */
async function writeMarked(name: string, word: string): Promise<void> {
  const base = join(folder, 'base');
  const { model, preprocessing } = await readBundle(base);
  if (model.kind !== 'static') throw new Error('The small base is no static bundle');
  const tokenizer = JSON.parse(readFileSync(join(base, 'tokenizer.json'), 'utf8'));
  tokenizer.model.vocab[word] = 0;
  const table = model.table.map((value, i) => value * (1 + (i % 3)));
  await writeStaticBundle({
    path: join(models, name),
    table,
    dim: model.dim,
    tokenizerJson: JSON.stringify(tokenizer),
    preprocessing,
  });
}

const start = (data: string) => ServerProcess.ready(data, { env });

describe('a bundle that ends the process which tokenises with it', () => {
  it('is refused where it is brought in, and a release that does so later is replaced by the one before', async () => {
    mkdirSync(models);
    await writeSmallBase(join(folder, 'base'));
    await writeSmallBase(join(models, 'good'));
    await writeMarked('ever', 'abortsever');
    await writeMarked('once', 'abortsonce');
    const data = join(folder, 'data');
    let server = await start(data);
    const post = (path: string, body: object) => server.client.call(path, { method: 'POST', body });

    const refused = await post('/v1/collections', { name: 'shop', bundle: 'ever' });
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('BUNDLE_INVALID')]);
    expect(refused.text).toContain('ended the process in which it was tried (SIGABRT)');
    expect(refused.text).not.toContain(folder);

    for (const name of ['shop', 'other'])
      expect((await post('/v1/collections', { name, bundle: 'good' })).status).toBe(201);
    const lamp = [{ id: '1', fields: { title: 'oak desk lamp' } }];
    for (const name of ['shop', 'other'])
      await server.client.lines(`/v1/collections/${name}/documents?refresh=wait`, lamp);
    expect((await post('/v1/collections/shop/promote', { model: 'once', anyway: true })).status).toBe(200);
    const fatal = server.client
      .lines('/v1/collections/shop/documents?refresh=wait', [{ id: '2', fields: { title: 'abortsonce' } }])
      .catch(() => undefined);
    expect((await server.ended).signal).toBe('SIGABRT');
    await fatal;

    // The document is there, and the release meets it again where it is opened.
    await expect(start(data)).rejects.toThrow();
    server = await start(data);
    expect(server.errors).toMatch(
      /release 2 \(once\) is not opened.*Release 1 \(good\) serves again, as release 3/,
    );
    const { hits } = await server.client.json<{ hits: { id: string }[] }>('/v1/collections/shop/search', {
      method: 'POST',
      body: { text: 'lamp' },
    });
    expect(hits[0]!.id).toBe('1');
    const back = await server.client.call('/v1/collections/shop/rollback', { method: 'POST' });
    expect([back.status, back.text]).toEqual([409, expect.stringContaining('has ended the process')]);
    const again = await post('/v1/collections/shop/promote', { model: 'once', anyway: true });
    expect([again.status, again.text]).toEqual([409, expect.stringContaining('BUNDLE_INVALID')]);
    await server.stop();
    server = await start(data);
    expect(server.errors).not.toContain('is not opened');
    await server.stop();
  }, 480_000);
});
