import { createKey } from '@attune/server';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer, withLamps } from './running-server.js';
import { importSmallModel } from './small-models.js';

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

  it('may send a text, and tokens only where it says that they are of this model', async () => {
    const { dim } = await server.service.embed(model, ['a'], 'document');
    const of = async (input: string | number[] | number[][], more: object = {}) =>
      (await client.embeddings.create({ model, input, dimensions: dim, user: 'u', ...more })).data;
    expect(await of('desk lamp')).toHaveLength(1);
    // Two words as LangChain for Python sends them: numbers of the tokeniser of OpenAI's models.
    for (const input of [[15339, 1917], [[15339, 1917]]]) {
      await expect(of(input)).rejects.toMatchObject({
        status: 400,
        param: 'input',
        message: expect.stringMatching(
          /another model’s tokeniser.*check_embedding_ctx_length=False.*"token_input": "own"/,
        ),
      });
    }
    const own = { token_input: 'own' };
    const [alone] = await of([5, 6, 7], own);
    const both = await of([[5, 6, 7], [8]], own);
    expect(both).toHaveLength(2);
    expect(both[0]!.embedding).toEqual(alone!.embedding);
    await expect(of([5], { token_input: 'other' })).rejects.toThrow(OpenAI.BadRequestError);
  });

  it('embeds a query by what it calls it, and a document unless it says so', async () => {
    // A model whose prompts tell them apart.
    await importSmallModel(server, 'prompted', { prompts: { query: 'used ', document: 'new ' } });
    const vectorOf = async (more: object) => {
      const { data } = await client.embeddings.create({ model: 'prompted', input: 'mug', ...more });
      return Float32Array.from(data[0]!.embedding);
    };
    const of = async (role: 'query' | 'document') =>
      (await server.service.embed('prompted', ['mug'], role)).vectors;
    expect(await of('query')).not.toEqual(await of('document'));
    const queries = [{ input_type: 'query' }, { input_type: 'search_query' }, { task: 'retrieval.query' }];
    const documents = ['document', 'search_document', 'passage', null].map((input_type) => ({ input_type }));
    for (const more of queries) expect(await vectorOf(more), JSON.stringify(more)).toEqual(await of('query'));
    for (const more of [...documents, { task: 'retrieval.passage' }, {}])
      expect(await vectorOf(more), JSON.stringify(more)).toEqual(await of('document'));
    await expect(vectorOf({ input_type: 'qurey' })).rejects.toThrow(/did you mean "query"/);
    await expect(vectorOf({ input_type: 'clustering' })).rejects.toMatchObject({ param: 'input_type' });
  });

  it('may come through a gateway that sends null for what nobody set', async () => {
    const unset = { encoding_format: null, dimensions: null, user: null, input_type: null };
    const body = { model, input: ['desk lamp'], ...unset } as unknown as OpenAI.EmbeddingCreateParams;
    expect((await client.embeddings.create(body)).data).toHaveLength(1);
    await expect(client.embeddings.create({ ...body, input: null as never })).rejects.toMatchObject({
      status: 400,
      param: 'input',
    });
  });

  it('names a collection for its model in service', async () => {
    const query = { model: 'shop', input: 'lamp', input_type: 'query' } as OpenAI.EmbeddingCreateParams;
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

  it('lists the names that it may give, and gets each', async () => {
    await server.service.setAlias('store', 'shop');
    const { data } = await client.models.list();
    const named = data as (OpenAI.Model & { model: string })[];
    expect(named.map(({ id, model }) => [id, model]).sort()).toEqual([
      [model, model],
      ['prompted', 'prompted'],
      ['shop', model],
      ['store', model],
    ]);
    for (const each of data) {
      expect(each).toMatchObject({
        object: 'model',
        owned_by: 'attune',
        kind: 'static',
        dim: expect.any(Number),
      });
      expect(await client.models.retrieve(each.id)).toEqual(each);
      expect((await client.embeddings.create({ model: each.id, input: 'lamp' })).data).toHaveLength(1);
    }
    await expect(client.models.retrieve('none')).rejects.toThrow(OpenAI.NotFoundError);
  });
});
