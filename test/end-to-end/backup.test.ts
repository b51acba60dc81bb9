import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@attune/client';
import { beforeAll, describe, expect, it } from 'vitest';
import { smallShop, temporaryFolder, writeSmallBase } from '../packages/tune/small-shop.js';
import { attune, attuneServe } from './command.js';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const queries = ['sofa and lamp', 'tap', 'carpet and bin', 'ladder and hose'];

/** What searches answer, without what is new each time. */
async function answersOf(url: string) {
  const client = createClient({ url });
  const answers = [];
  for (const text of queries) {
    const { hits, fingerprint, release } = await client.search('shop', { text, limit: 20, record: false });
    answers.push({ hits, fingerprint, release });
  }
  return answers;
}

beforeAll(async () => {
  await writeSmallBase(at('base'));
  const imported = await attune(['models', 'import', at('data'), 'small', at('base'), '--json']);
  expect(imported.code, imported.err).toBe(0);
  expect(JSON.parse(imported.out)).toMatchObject({
    schema: 'attune.model/1',
    name: 'small',
    dim: 48,
    kind: 'static',
  });
});

describe('attune backup and restore', () => {
  it('copies a folder while it is written, and what comes back answers the same', async () => {
    const server = await attuneServe([at('data')]);
    const client = createClient({ url: server.url });
    await client.collections.create({ name: 'shop', bundle: 'small' });
    for (const { id, fields, attributes } of smallShop().documents)
      await client.documents.put(
        'shop',
        id,
        { fields, attributes },
        { refresh: id === 'item-119' ? 'wait' : undefined },
      );
    await client.datasets.upload('log', 'log.jsonl', '{"query":"light","product_id":"item-000","score":1}\n');
    await client.events.send([{ action_name: 'click', user_query: 'light', application: 'shop' }]);
    const before = await answersOf(server.url);

    // Events go on coming while the copy is taken: it holds a beginning of them, without a gap.
    let sent = 0;
    let isWriting = true;
    const writing = (async () => {
      for (; isWriting; ++sent)
        await client.events.send([{ action_name: 'view', application: 'shop', session_id: String(sent) }]);
    })();
    const backup = await attune(['backup', at('data'), '--out', at('backup'), '--json']);
    isWriting = false;
    await writing;
    expect(backup.code, backup.err).toBe(0);
    expect(JSON.parse(backup.out)).toMatchObject({
      schema: 'attune.backup/1',
      bundles: ['small'],
      datasets: ['log'],
    });
    expect(sent).toBeGreaterThan(0);
    await server.stop();

    const restored = await attune(['restore', at('backup'), '--out', at('restored'), '--json']);
    expect(restored.code, restored.err).toBe(0);
    expect(JSON.parse(restored.out)).toMatchObject({ schema: 'attune.restore/1', bundles: ['small'] });
    expect(existsSync(join(at('restored'), 'indexes'))).toBe(false);
    expect((await attune(['verify', at('restored')])).code).toBe(0);

    const exported = await attune(['events', 'export', at('restored')]);
    const kept = exported.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { action_name: string; session_id?: string })
      .filter(({ action_name: action }) => action === 'view')
      .map(({ session_id: session }) => Number(session));
    expect(kept).toEqual(kept.map((_, i) => i));

    const again = await attuneServe([at('restored')]);
    await expect.poll(() => createClient({ url: again.url }).ready(), { timeout: 30_000 }).toBe(true);
    expect(await answersOf(again.url)).toEqual(before);
    await again.stop();
  });

  it('overwrites nothing', async () => {
    for (const args of [
      ['backup', at('data'), '--out', at('backup')],
      ['restore', at('backup'), '--out', at('data')],
    ]) {
      const { code, err } = await attune(args);
      expect(code).toBe(1);
      expect(err).toContain('attune: FILE_EXISTS:');
    }
  });

  it('restores no file that was changed, names it, and leaves nothing behind', async () => {
    const copied = await attune(['backup', at('data'), '--out', at('spoiled')]);
    expect(copied.code, copied.err).toBe(0);
    const model = join(at('spoiled'), 'bundles', 'small', 'model.safetensors');
    const bytes = readFileSync(model);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(model, bytes);
    const { code, err } = await attune(['restore', at('spoiled'), '--out', at('from-spoiled')]);
    expect(code).toBe(1);
    expect(err).toMatch(/attune: FILE_CORRUPT: .*model\.safetensors/);
    expect(readdirSync(folder).filter((name) => /from-spoiled|partial/.test(name))).toEqual([]);
  });

  it('does not follow a list that leads out of the folder', async () => {
    await attune(['backup', at('data'), '--out', at('leading-out')]);
    const list = join(at('leading-out'), 'backup.json');
    const manifest = JSON.parse(readFileSync(list, 'utf8'));
    manifest.files.push({ path: '../escaped', bytes: 1, sha256: '0' });
    writeFileSync(list, JSON.stringify(manifest));
    const { code, err } = await attune(['restore', at('leading-out'), '--out', at('escaping')]);
    expect(code).toBe(1);
    expect(err).toContain('attune: FILE_CORRUPT:');
    expect(existsSync(at('escaped'))).toBe(false);
  });

  it('takes no backup of a model that was changed, and verify names it', async () => {
    appendFileSync(join(at('data'), 'bundles', 'small', 'model.safetensors'), 'x');
    const backup = await attune(['backup', at('data'), '--out', at('of-changed')]);
    expect(backup.code).toBe(1);
    expect(backup.err).toMatch(/attune: BUNDLE_/);
    expect(existsSync(at('of-changed'))).toBe(false);
    const verified = await attune(['verify', at('data'), '--json']);
    expect(verified.code).toBe(1);
    const report = JSON.parse(verified.out);
    expect(report.schema).toBe('attune.verify/1');
    expect(report.damage.map(({ file }: { file: string }) => file)).toEqual(['bundles/small']);
  });
});
