import { createServer } from '@attune/server';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nameComponents } from '../../../packages/server/src/named-components.js';
import { declareRoute } from '../../../packages/server/src/route.js';
import { type Answer, lamps, linesOf, type RunningServer, startServer, withLamps } from './running-server.js';

// biome-ignore lint/suspicious/noExplicitAny: the document is looked into wherever
type Json = any;

let server: RunningServer;
let document: Json;
const operations = () =>
  Object.entries(document.paths as Json).flatMap(([path, methods]) =>
    Object.entries(methods as Json).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      operation: operation as Json,
    })),
  );

beforeAll(async () => {
  server = await startServer();
  await withLamps(server);
  document = (await server.json('GET', '/openapi.json')).body;
});
afterAll(() => server.close());

/** References by name, as the checker takes them. */
const named = (schema: Json): TSchema =>
  JSON.parse(JSON.stringify(schema).replaceAll('#/components/schemas/', ''));

function matches(schema: Json, value: unknown): boolean {
  const components = Object.fromEntries(
    Object.entries(document.components.schemas as Json).map(([name, each]) => [name, named(each)]),
  );
  return Compile(components, named(schema)).Check(value);
}

describe('the OpenAPI document', () => {
  it('is of version 3.1 and holds every route but the web page, and no other', () => {
    expect(document.openapi).toBe('3.1.0');
    const declared = server.app.declaredRoutes
      .filter(({ method, url }) => method !== 'HEAD' && url !== '/' && !url.startsWith('/console/'))
      .map(({ method, url }) => `${method} ${url.replace(/:([a-z]+)/g, '{$1}')}`);
    expect(
      operations()
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...new Set(declared)].sort());
  });

  it('says of each operation what it is, who may ask it, and how it can fail', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { name, operation } of operations()) {
      expect(operation.summary, name).toMatch(/\w{3}/);
      expect(operation.tags, name).toHaveLength(1);
      const route = server.app.declaredRoutes.find(
        ({ method, url }) => `${method} ${url.replace(/:([a-z]+)/g, '{$1}')}` === name,
      )!;
      const statuses = Object.keys(operation.responses);
      expect(statuses, name).toEqual(expect.arrayContaining(['400', '429', '500', '503']));
      if (route.scope === 'open') expect(operation.security, name).toEqual([]);
      else {
        expect(operation.security, name).toEqual([{ bearer: [route.scope] }, { apiKey: [route.scope] }]);
        expect(statuses, name).toEqual(expect.arrayContaining(['401', '403']));
      }
      for (const parameter of operation.parameters ?? []) expect(parameter.schema, name).toBeDefined();
    }
  });

  it('refers to nothing that is not in it', () => {
    const text = JSON.stringify(document);
    const references = [...text.matchAll(/"\$ref":"([^"]*)"/g)].map((match) => match[1]!);
    expect(references.length).toBeGreaterThan(10);
    for (const reference of new Set(references)) {
      expect(reference).toMatch(/^#\/components\/schemas\//);
      expect(document.components.schemas).toHaveProperty(reference.split('/').at(-1)!);
    }
  });

  it('names the shapes that are met again and again', () => {
    for (const name of ['AttributeValue', 'Document', 'DocumentWrite', 'Filter', 'SearchQuery', 'UbiEvent']) {
      expect(document.components.schemas[name].title).toBe(name);
      expect(JSON.stringify(document.paths) + JSON.stringify(document.components)).toContain(
        `{"$ref":"#/components/schemas/${name}"}`,
      );
    }
  });

  it('names what goes in and what comes out, so that a generated client has types with names', () => {
    const nameless: string[] = [];
    for (const { name, operation } of operations()) {
      const bodies = [operation.requestBody, ...Object.values<Json>(operation.responses)];
      for (const { content = {} } of bodies.filter((body) => body !== undefined)) {
        for (const [type, { schema }] of Object.entries<Json>(content)) {
          if (/json/.test(type) && schema.$ref === undefined) nameless.push(`${name} ${type}`);
        }
      }
    }
    // This document itself, whose schema is another standard's, and lines of any kind of file.
    expect(nameless).toEqual([
      'GET /openapi.json application/json',
      'PUT /v1/datasets/{dataset}/files/{file} application/x-ndjson',
    ]);
    const names = Object.keys(document.components.schemas);
    expect(names).toEqual(
      expect.arrayContaining([
        'SearchRequest',
        'SearchResult',
        'EmbeddingsBody',
        'Collection',
        'CollectionList',
      ]),
    );
    expect(names.filter((name) => !/^[A-Z][A-Za-z]+$/.test(name))).toEqual([]);
    const inline = JSON.stringify(document.paths).match(/"title":"[A-Z]\w*"/g) ?? [];
    expect(inline).toEqual([]);
  });

  it('has one schema for each name', () => {
    const both = {
      paths: { a: { title: 'Thing', type: 'object' }, b: { title: 'Thing', type: 'string' } },
      components: { schemas: {} },
    };
    expect(() => nameComponents(both)).toThrow(/one schema to be called Thing/);
    const same = {
      paths: { a: { title: 'Thing', type: 'object' }, b: [{ title: 'Thing', type: 'object' }] },
      components: { schemas: {} },
    };
    expect(nameComponents(same)).toEqual({
      paths: { a: { $ref: '#/components/schemas/Thing' }, b: [{ $ref: '#/components/schemas/Thing' }] },
      components: { schemas: { Thing: { title: 'Thing', type: 'object' } } },
    });
  });

  it('asks of requests what an error can tell in words, and nothing else', () => {
    const told = new Set([
      ...[
        '$ref',
        'anyOf',
        'allOf',
        'type',
        'const',
        'minLength',
        'maxLength',
        'pattern',
        'minimum',
        'maximum',
      ],
      ...['items', 'minItems', 'maxItems', 'required', 'properties', 'patternProperties', 'propertyNames'],
      ...['additionalProperties', 'minProperties', 'maxProperties'],
      ...['title', 'description', 'examples', 'example'],
      'enum', // how the document writes const
      'format', // of files, which are streamed
    ]);
    const keywords = new Set<string>();
    const look = (schema: Json): void => {
      if (typeof schema !== 'object' || schema === null) return;
      for (const [keyword, value] of Object.entries(schema)) {
        keywords.add(keyword);
        if (/^(p|patternP)roperties$/.test(keyword)) Object.values(value as Json).forEach(look);
        else if (/Of$/.test(keyword)) (value as Json[]).forEach(look);
        else if (/^(items|additionalProperties|propertyNames)$/.test(keyword)) look(value);
      }
    };
    for (const { operation } of operations()) {
      for (const { schema } of operation.parameters ?? []) look(schema);
      for (const { schema } of Object.values<Json>(operation.requestBody?.content ?? {})) look(schema);
    }
    Object.values<Json>(document.components.schemas).forEach(look);
    expect([...keywords].filter((keyword) => !told.has(keyword))).toEqual([]);
    expect(keywords.size).toBeGreaterThan(15);
  });

  it('has examples that are as their schemas say', () => {
    let count = 0;
    const look = (schema: Json): void => {
      if (typeof schema !== 'object' || schema === null) return;
      const { example, examples, ...bare } = schema;
      const all = [...(example === undefined ? [] : [example]), ...(Array.isArray(examples) ? examples : [])];
      const own = schema.schema ?? bare;
      for (const each of all) {
        expect(matches(own, each), `${JSON.stringify(each)} of ${JSON.stringify(own).slice(0, 200)}`).toBe(
          true,
        );
        ++count;
      }
      for (const child of Object.values(schema)) look(child);
    };
    look(document.paths);
    expect(count).toBeGreaterThan(10);
  });
});

describe('answers', () => {
  it('are as the document says, when all goes well and when it does not', async () => {
    const check = (path: string, method: string, answer: Answer): void => {
      const response = document.paths[path][method.toLowerCase()].responses[answer.status];
      const name = `${method} ${path} ${answer.status} ${answer.text.slice(0, 200)}`;
      expect(response, name).toBeDefined();
      const type = answer.headers.get('content-type')?.split(';')[0];
      if (answer.text === '') return;
      const media = response.content?.[type!];
      expect(media, `${name} as ${type}`).toBeDefined();
      const values = type === 'application/x-ndjson' ? answer.body : [answer.body];
      for (const value of values) expect(matches(media.schema, value), name).toBe(true);
    };
    const ndjson = { 'content-type': 'application/x-ndjson' };
    const shop = '/v1/collections/{collection}';
    const at = (path: string, values: Record<string, string> = {}) =>
      path.replace(
        /\{(\w+)\}/g,
        (_, name: string) => values[name] ?? (name === 'collection' ? 'shop' : 'oak'),
      );
    const asked: [string, string, unknown?, Record<string, string>?, Record<string, string>?][] = [
      ['GET', '/healthz'],
      ['GET', '/readyz'],
      ['GET', '/metrics'],
      ['GET', '/v1/collections'],
      ['POST', '/v1/collections', { name: 'other' }],
      ['POST', '/v1/collections', { name: 'other' }],
      ['POST', '/v1/collections', { name: 'OTHER' }],
      ['GET', shop],
      ['GET', shop, undefined, {}, { collection: 'none' }],
      ['PATCH', shop, { learning: { promotion: 'byHand' } }],
      ['POST', `${shop}/documents`, linesOf([lamps[0], '{', { op: 'delete', id: 'x' }]), ndjson],
      ['GET', `${shop}/documents`],
      ['GET', `${shop}/documents/{id}`],
      ['GET', `${shop}/documents/{id}`, undefined, {}, { id: 'none' }],
      ['PUT', `${shop}/documents/{id}`, { fields: { title: 'Lamp' } }],
      ['PUT', `${shop}/documents/{id}`, { fields: { title: 'Lamp' } }, {}, { id: 'new' }],
      ['PATCH', `${shop}/documents/{id}`, { fields: { title: 'Lamps' } }],
      ['DELETE', `${shop}/documents/{id}`, undefined, {}, { id: 'new' }],
      ['POST', `${shop}/search`, { text: 'lamp' }],
      ['POST', `${shop}/search`, { text: 'lamp', limit: 0 }],
      ['POST', `${shop}/search`, 'x', { 'content-type': 'text/plain' }],
      ['POST', `${shop}/search`, JSON.stringify({ text: 'x'.repeat(300_000) })],
      ['POST', '/v1/embeddings', { model: 'shop', input: 'lamp' }],
      ['POST', '/v1/embeddings', { model: 'none', input: 'lamp' }],
      ['POST', '/v1/embeddings', { model: 'shop' }],
      ['GET', '/v1/models'],
      ['GET', '/v1/models/{model}', undefined, {}, { model: 'none' }],
      ['POST', '/v1/events', { action_name: 'click', application: 'shop' }],
      ['POST', '/v1/events', {}],
      ['DELETE', shop, undefined, {}, { collection: 'other' }],
    ];
    for (const [method, path, body, headers, values] of asked) {
      check(path, method, await server.json(method, at(path, values), body, headers));
    }
  });
});

describe('a route that does not declare what it must', () => {
  const whole = {
    method: 'GET' as const,
    url: '/x',
    config: { scope: 'open' as const, bodyLimit: 0, timeoutMs: 1000 },
    schema: { operationId: 'x', summary: 'An x', response: { 200: {} } },
    handler: () => undefined,
  };
  it.each(['scope', 'bodyLimit', 'timeoutMs'])('is refused without its %s', (name) => {
    const { [name as 'scope']: _, ...config } = whole.config;
    expect(() => declareRoute({ ...whole, config } as never)).toThrow(`declare config.${name}`);
  });
  it.each(['operationId', 'summary', 'response'])('is refused without its %s', (name) => {
    const { [name as 'summary']: _, ...schema } = whole.schema;
    expect(() => declareRoute({ ...whole, schema } as never)).toThrow(`declare schema.${name}`);
  });
  it('keeps the server from starting', async () => {
    const app = await createServer({ service: server.service, logger: server.app.log });
    expect(() => app.route({ method: 'GET', url: '/late', handler: async () => 1 } as never)).toThrow();
  });
});
