import { findBundle } from '@attune/encode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from './running-server.js';

let server: RunningServer;
const said: string[] = [];
beforeAll(async () => {
  server = await startServer({}, { log: (level, message) => said.push(`${level} ${message}`) });
  await server.json('POST', '/v1/collections', { name: 'shop' });
});
afterAll(() => server.close());

const put = (id: string, title: string) =>
  server.json('PUT', `/v1/collections/shop/documents/${id}?refresh=wait`, { fields: { title } });
const warnings = () => said.filter((line) => line.includes('does not know'));
const metric = async (name: string, kind: 'query' | 'document') => {
  const { text } = await server.json('GET', '/metrics');
  const found = new RegExp(
    `^attune_encode_${name}_total\\{model="attune-base-en",kind="${kind}"\\} (\\d+)$`,
    'm',
  ).exec(text);
  return Number(found?.[1] ?? 0);
};

describe('a server whose model cannot read what it is given', () => {
  it('counts tokens that are unknown, and says nothing of texts that are known', async () => {
    await put('1', 'oak desk lamp');
    expect(await metric('tokens', 'document')).toBe(3);
    expect(await metric('unknown_tokens', 'document')).toBe(0);
    await server.json('POST', '/v1/collections/shop/search', { text: 'desk lamp' });
    await server.json('POST', '/v1/collections/shop/search', { text: '台灯' });
    expect(await metric('tokens', 'query')).toBe(4);
    expect(await metric('unknown_tokens', 'query')).toBe(2);
    expect((await server.json('GET', '/v1/collections/shop')).body).toMatchObject({
      unknownShare: 0,
      notes: [],
    });
    expect(warnings()).toEqual([]);
  });

  it('tells of a collection what is unknown, and logs it once', async () => {
    for (const [i, title] of ['北欧简约床头台灯', '人体工学电脑椅', '静音无线鼠标'].entries())
      await put(`zh${i}`, title);
    const { body } = await server.json('GET', '/v1/collections/shop');
    expect(body.unknownShare).toBeCloseTo(3 / 4);
    expect(body.notes).toEqual([
      expect.stringMatching(/^The vocabulary of attune-base-en does not know 75 % of what the documents say/),
    ]);
    expect(await metric('unknown_tokens', 'document')).toBe(8 + 7 + 6);
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]).not.toMatch(/\p{sc=Han}/u);
    expect(warnings()[0]).toMatch(/^warn shop: release 1: The vocabulary of attune-base-en/);
  });

  it('counts unknown tokens of embeddings, and logs it once of the model', async () => {
    const embed = async (...input: string[]) =>
      (await server.json('POST', '/v1/embeddings', { model: 'shop', input })).body.usage;
    expect(await embed('oak')).toEqual({ prompt_tokens: 1, total_tokens: 1 });
    for (let i = 0; i < 2; ++i)
      expect(await embed('oak', '台灯')).toEqual({ prompt_tokens: 3, total_tokens: 3, unknown_tokens: 2 });
    expect(warnings().filter((line) => line.includes('asked to embed'))).toHaveLength(1);
  });

  it('refuses to promote such a model by hand, unless it is wanted anyway', async () => {
    await server.service.models.import('other', await findBundle('attune-base-en'));
    const promote = (more: object = {}) =>
      server.json('POST', '/v1/collections/shop/promote', { model: 'other', ...more });
    const refused = await promote();
    expect([refused.status, refused.body.code]).toEqual([409, 'TEXTS_UNKNOWN']);
    expect(refused.body.detail).toContain('set `anyway`');
    const { status, body } = await promote({ anyway: true });
    expect(status).toBe(200);
    expect(body.notes).toEqual([expect.stringContaining('The vocabulary of other does not know')]);
  });
});
