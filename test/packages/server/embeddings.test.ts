import { createKey } from '@attune/server';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer, withLamps } from './running-server.js';

let server: RunningServer;
let client: OpenAI;
const model = 'attune-base-en';

beforeAll(async () => {
  server = await startServer();
  await withLamps(server);
  const { key } = await createKey(server.service.store, { label: 'openai', scopes: ['search'] });
  await server.app.keys.refresh();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: key, maxRetries: 0 });
});
afterAll(() => server.close());

describe('the official client of OpenAI', () => {
  it('gets vectors, packed as it asks for them by itself and as numbers', async () => {
    const packed = await client.embeddings.create({ model, input: ['desk lamp', 'garden chair'] });
    const plain = await client.embeddings.create({
      model,
      input: ['desk lamp', 'garden chair'],
      encoding_format: 'float',
    });
    const { vectors, dim, tokens } = await server.service.embed(
      model,
      ['desk lamp', 'garden chair'],
      'document',
    );
    expect(packed.data.map(({ index }) => index)).toEqual([0, 1]);
    for (const { data, usage, object } of [packed, plain]) {
      expect(object).toBe('list');
      expect(usage).toEqual({ prompt_tokens: tokens, total_tokens: tokens });
      const got = Float32Array.from(data.flatMap(({ embedding }) => embedding));
      expect(got).toEqual(vectors);
      expect(data[0]!.embedding).toHaveLength(dim);
    }
  });

  it('may send a text, tokens, and the tokens of several texts', async () => {
    const { dim } = await server.service.embed(model, ['a'], 'document');
    const of = async (input: string | number[] | number[][]) =>
      (await client.embeddings.create({ model, input, dimensions: dim, user: 'u' })).data;
    expect(await of('desk lamp')).toHaveLength(1);
    const [alone] = await of([5, 6, 7]);
    const both = await of([[5, 6, 7], [8]]);
    expect(both).toHaveLength(2);
    expect(both[0]!.embedding).toEqual(alone!.embedding);
  });

  it('names a collection for its model in service', async () => {
    const query = { model: 'shop', input: 'lamp', role: 'query' } as OpenAI.EmbeddingCreateParams;
    const { vectors } = await server.service.embed('shop', ['lamp'], 'query');
    expect(Float32Array.from((await client.embeddings.create(query)).data[0]!.embedding)).toEqual(vectors);
  });

  it('gets many at once, in their order', async () => {
    const input = Array.from({ length: 2048 }, (_, i) => `thing number ${i}`);
    const { data } = await client.embeddings.create({ model, input, encoding_format: 'float' });
    const { vectors } = await server.service.embed(model, input, 'document');
    expect(Float32Array.from(data.flatMap(({ embedding }) => embedding))).toEqual(vectors);
  });

  it('throws the errors that it knows', async () => {
    const create = (params: object) => client.embeddings.create({ model, input: 'a', ...params });
    await expect(create({ model: 'none' })).rejects.toThrow(OpenAI.NotFoundError);
    await expect(create({ dimensions: 7 })).rejects.toThrow(/dimensions to be \d+/);
    await expect(create({ input: [] })).rejects.toMatchObject({
      status: 400,
      type: 'invalid_request_error',
      param: 'input',
    });
    await expect(create({ input: new Array(2049).fill('a') })).rejects.toThrow(OpenAI.BadRequestError);
    await expect(create({ encoding_format: 'hex' })).rejects.toThrow(OpenAI.BadRequestError);
    await expect(create({ input: [1e9] })).rejects.toThrow(OpenAI.BadRequestError);
    const stranger = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'sk-nobody', maxRetries: 0 });
    await expect(stranger.embeddings.create({ model, input: 'a' })).rejects.toThrow(
      OpenAI.AuthenticationError,
    );
    await expect(create({ model: 'none' })).rejects.toMatchObject({
      requestID: expect.any(String),
      code: 'NOT_FOUND',
    });
  });

  it('lists models and gets one', async () => {
    const { data } = await client.models.list();
    expect(data).toEqual([
      expect.objectContaining({ id: model, object: 'model', owned_by: 'attune', kind: 'static' }),
    ]);
    expect(await client.models.retrieve(model)).toMatchObject({ id: model });
    expect(await client.models.retrieve('shop')).toMatchObject({ id: 'shop', dim: expect.any(Number) });
    await expect(client.models.retrieve('none')).rejects.toThrow(OpenAI.NotFoundError);
  });
});
