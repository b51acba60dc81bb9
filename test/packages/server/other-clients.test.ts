import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { createKey } from '@attune/server';
import { FakeVectorStore as MemoryVectorStore } from '@langchain/core/utils/testing';
import { OpenAIEmbeddings } from '@langchain/openai';
import { OpenAIEmbedding } from '@llamaindex/openai';
import { APICallError, cosineSimilarity, embed, embedMany } from 'ai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from './running-server.js';
import { importSmallModel } from './small-models.js';

// A model whose prompts tell queries from documents, so a client that mixes them up is noticed.
const model = 'prompted';
const documents = ['mug', 'lamp and sofa', 'ladder\nand hose', 'used tap', 'new mattress'];
const query = 'used mug';

let server: RunningServer;
let baseURL: string;
let apiKey: string;
let ofDocuments: number[][];
let ofQueryAsDocument: number[];
let ofQuery: number[];

beforeAll(async () => {
  server = await startServer();
  await importSmallModel(server, model, { prompts: { query: 'used ', document: 'new ' } });
  apiKey = (await createKey(server.service.store, { label: 'clients', scopes: ['search'] })).key;
  await server.app.keys.refresh();
  baseURL = `${server.url}/v1`;
  ofDocuments = await vectorsOf(documents, 'document');
  [ofQueryAsDocument] = (await vectorsOf([query], 'document')) as [number[]];
  [ofQuery] = (await vectorsOf([query], 'query')) as [number[]];
  expect(ofQuery).not.toEqual(ofQueryAsDocument);
});
afterAll(() => server.close());

/** What the encoder itself gives, a row a text. */
async function vectorsOf(texts: readonly string[], role: 'query' | 'document'): Promise<number[][]> {
  const { vectors, dim } = await server.service.embed(model, texts, role);
  return texts.map((_, i) => [...vectors.subarray(i * dim, (i + 1) * dim)]);
}

/** Row of the document that is nearest to the query. */
const nearest = (vector: number[]): number => {
  const scores = ofDocuments.map((document) => cosineSimilarity(vector, document));
  return scores.indexOf(Math.max(...scores));
};

describe('LangChain.js', () => {
  /** What packages/server/README.md shows. */
  class AttuneEmbeddings extends OpenAIEmbeddings {
    override async embedQuery(text: string): Promise<number[]> {
      const asked = { model: this.model, input: text, input_type: 'query' };
      const { data } = await this.embeddingWithRetry(asked);
      return data[0]!.embedding;
    }
  }
  const settings = (more: object = {}) => ({ model, apiKey, configuration: { baseURL }, ...more });

  it('embeds documents and queries, packed as its client asks by itself and as numbers', async () => {
    for (const encodingFormat of [undefined, 'float'] as const) {
      const embeddings = new OpenAIEmbeddings(settings({ encodingFormat, batchSize: 2 }));
      expect(await embeddings.embedDocuments(documents)).toEqual(ofDocuments);
      expect(await embeddings.embedQuery(query)).toEqual(ofQueryAsDocument);
    }
    const { length: dimensions } = ofQuery;
    expect(await new OpenAIEmbeddings(settings({ dimensions })).embedQuery(query)).toEqual(ofQueryAsDocument);
  });

  it('embeds a query as one, and finds by it what is nearest', async () => {
    const embeddings = new AttuneEmbeddings(settings());
    expect(await embeddings.embedQuery(query)).toEqual(ofQuery);
    const store = await MemoryVectorStore.fromTexts(
      documents,
      documents.map((_, row) => ({ row })),
      embeddings,
    );
    const [found] = await store.similaritySearchWithScore(query, 1);
    const row = nearest(ofQuery);
    expect(found?.[0].metadata).toEqual({ row });
    expect(found?.[1]).toBeCloseTo(cosineSimilarity(ofQuery, ofDocuments[row]!), 6);
  });

  it('does not ask again for what the server refuses', async () => {
    const stranger = new OpenAIEmbeddings(settings({ apiKey: 'sk-nobody' }));
    await expect(stranger.embedQuery(query)).rejects.toMatchObject({
      status: 401,
      lc_error_code: 'MODEL_AUTHENTICATION',
    });
    const unknown = new OpenAIEmbeddings(settings({ model: 'none' }));
    await expect(unknown.embedDocuments(documents)).rejects.toMatchObject({
      status: 404,
      lc_error_code: 'MODEL_NOT_FOUND',
    });
    const short = new OpenAIEmbeddings(settings({ dimensions: 7 }));
    await expect(short.embedDocuments(documents)).rejects.toThrow(/^400 Expected dimensions to be \d+/);
  }, 30_000);
});

describe('LlamaIndex.TS', () => {
  /** What packages/server/README.md shows. */
  class AttuneEmbedding extends OpenAIEmbedding {
    override async getQueryEmbedding(query: { type: 'text'; text: string }): Promise<number[]> {
      const asked = { model: this.model, input: query.text, input_type: 'query' };
      const { data } = await (await this.session).embeddings.create(asked);
      return data[0]!.embedding;
    }
  }

  it('embeds a text, and many by the batch', async () => {
    const embedding = new OpenAIEmbedding({ model, apiKey, baseURL, embedBatchSize: 2 });
    expect(await embedding.getTextEmbedding(documents[0]!)).toEqual(ofDocuments[0]);
    expect(await embedding.getTextEmbeddingsBatch(documents)).toEqual(ofDocuments);
    expect(await embedding.getQueryEmbedding({ type: 'text', text: query })).toEqual(ofQueryAsDocument);
    const { length: dimensions } = ofQuery;
    const exact = new OpenAIEmbedding({ model, apiKey, baseURL, dimensions });
    expect(await exact.getTextEmbedding(query)).toEqual(ofQueryAsDocument);
  });

  it('embeds a query as one', async () => {
    const embedding = new AttuneEmbedding({ model, apiKey, baseURL });
    expect(await embedding.getQueryEmbedding({ type: 'text', text: query })).toEqual(ofQuery);
    expect(await embedding.getTextEmbedding(documents[0]!)).toEqual(ofDocuments[0]);
  });

  it('does not ask again for what the server refuses', async () => {
    const unknown = new OpenAIEmbedding({ model: 'none', apiKey, baseURL });
    await expect(unknown.getTextEmbedding(query)).rejects.toMatchObject({ status: 404, code: 'NOT_FOUND' });
    const short = new OpenAIEmbedding({ model, apiKey, baseURL, dimensions: 7 });
    await expect(short.getTextEmbedding(query)).rejects.toThrow(/^400 Expected dimensions to be \d+/);
  }, 30_000);
});

describe('the AI SDK', () => {
  const attune = (more: object = {}) => createOpenAICompatible({ name: 'attune', baseURL, apiKey, ...more });

  /** What packages/server/README.md shows: the SDK passes no `input_type` on, so the request gets it on its way. */
  const asQuery: typeof fetch = (url, init) =>
    fetch(url, { ...init, body: JSON.stringify({ ...JSON.parse(String(init?.body)), input_type: 'query' }) });

  it('embeds a text, and many', async () => {
    const one = await embed({ model: attune().embeddingModel(model), value: documents[0]! });
    expect(one.embedding).toEqual(ofDocuments[0]);
    const many = await embedMany({ model: attune().embeddingModel(model), values: documents });
    expect(many.embeddings).toEqual(ofDocuments);
    expect(many.warnings).toEqual([]);
    const { tokens } = await server.service.embed(model, documents, 'document');
    expect(many.usage).toEqual({ tokens });
    const providerOptions = { attune: { dimensions: ofQuery.length, user: 'u' } };
    const asked = { model: attune().embeddingModel(model), value: query, providerOptions };
    expect((await embed(asked)).embedding).toEqual(ofQueryAsDocument);
  });

  it('embeds a query as one', async () => {
    const queries = attune({ fetch: asQuery }).embeddingModel(model);
    expect((await embed({ model: queries, value: query })).embedding).toEqual(ofQuery);
  });

  it('gets an error that it can read, and asks again only where that helps', async () => {
    const unknown = embed({ model: attune().embeddingModel('none'), value: query });
    const error = await unknown.catch((thrown: unknown) => thrown);
    expect(APICallError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      statusCode: 404,
      isRetryable: false,
      message: expect.stringMatching(/"none"/),
      data: { error: { type: 'invalid_request_error', code: 'NOT_FOUND', message: expect.any(String) } },
    });
  });
});
