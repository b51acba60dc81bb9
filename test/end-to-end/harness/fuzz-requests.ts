/** Requests against every operation of an OpenAPI document: right ones, nearly right ones, and wrong ones of every sort. */
import fc from 'fast-check';
import { anyJson, type Schema, SchemaValues, text } from './fuzz-values.js';

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  schema?: Schema;
}

interface Operation {
  parameters?: Parameter[];
  requestBody?: { content?: Record<string, { schema?: Schema }> };
}

export interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

export interface FuzzRequest {
  /** `POST /v1/collections`, as the document has it. */
  operation: string;
  method: string;
  /** With query. */
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
}

const methods = ['get', 'put', 'post', 'patch', 'delete'];

const contentTypes = [
  'application/json',
  'application/json; charset=utf-16',
  'application/x-ndjson',
  'text/plain',
  'text/html',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'application/octet-stream',
  'application/problem+json',
  'garbage',
  ';;;',
  '',
];

const brokenBodies = [
  '',
  '{',
  '[',
  '"',
  '{"a":}',
  '\u0000',
  '{"a":1}{"b":2}',
  'null',
  'NaN',
  '[1,2',
  '{"text":"\\ud800"}',
  '['.repeat(100_000),
  `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
  '{"a":1,"a":2,"__proto__":{"b":3}}',
  '{"text":1e400,"limit":-0}',
];

/** Names in paths: those that are there, those that are not, and those that try to leave the folder. */
const pathNames = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('fuzz', 'fuzz', 'item-1', 'attune-base-en', 'nothing-here', '1', '0'),
  },
  { weight: 2, arbitrary: text().map((value) => encodeURIComponent(wellFormed(value)).slice(0, 4_000)) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '..',
      '%2e%2e',
      '..%2f..%2fattune.db',
      '%00',
      '%',
      '%zz',
      '%e0%a4',
      '%ff%fe',
      'a'.repeat(300),
      'FUZZ',
      'con',
      '.',
      '%20',
      '*',
      'fuzz;x=1',
      '__proto__',
    ),
  },
);

/** Headers that are sent beside those of the body. */
const oddHeaders = fc.constantFrom<Record<string, string>>(
  {},
  {},
  {},
  {},
  { 'idempotency-key': 'a'.repeat(5_000) },
  { 'idempotency-key': 'same' },
  { 'last-event-id': '-1e9' },
  { 'content-encoding': 'gzip' },
  { 'content-encoding': 'br, zstd, nothing' },
  { accept: 'image/png' },
  { expect: '100-continue' },
  { 'x-request-id': '../../\u00ff' },
  { 'if-match': '"1"' },
  { origin: 'null' },
);

export class FuzzRequests {
  readonly #document: OpenApiDocument;
  readonly #values: SchemaValues;

  constructor(document: OpenApiDocument) {
    this.#document = document;
    this.#values = new SchemaValues(document.components?.schemas ?? {});
  }

  /** `POST /v1/collections` and so on. */
  get operations(): string[] {
    return Object.entries(this.#document.paths).flatMap(([path, item]) =>
      Object.keys(item)
        .filter((method) => methods.includes(method))
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
  }

  /** Requests of one operation. */
  of(operation: string): fc.Arbitrary<FuzzRequest> {
    const [method, template] = operation.split(' ') as [string, string];
    const { parameters = [], requestBody } = this.#document.paths[template]![method.toLowerCase()]!;
    const path = this.#path(template, parameters);
    const body = this.#body(requestBody?.content ?? {});
    // Now and then another method than the path has.
    const methodUsed = fc.oneof(
      { weight: 30, arbitrary: fc.constant(method) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('GET', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE'),
      },
    );
    return fc.tuple(methodUsed, path, body, oddHeaders).map(([used, where, { type, payload }, odd]) => {
      const bodiless = used === 'GET' || used === 'HEAD' || used === 'TRACE';
      return {
        operation,
        method: used,
        path: where,
        headers: { ...odd, ...(type !== undefined && !bodiless && { 'content-type': type }) },
        body: bodiless ? undefined : payload,
      };
    });
  }

  #path(template: string, parameters: readonly Parameter[]): fc.Arbitrary<string> {
    const names = [...template.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]!);
    const filled = fc
      .tuple(...names.map(() => pathNames))
      .map((values) => names.reduce((path, name, i) => path.replace(`{${name}}`, values[i]!), template));
    const query = parameters.filter((each) => each.in === 'query');
    if (query.length === 0) return filled;
    const one = ({ name, schema = {} }: Parameter) =>
      fc.oneof(
        { weight: 4, arbitrary: fc.constant('') },
        { weight: 3, arbitrary: this.#values.valid(schema).map((value) => `${name}=${encoded(value)}`) },
        { weight: 2, arbitrary: anyJson().map((value) => `${name}=${encoded(value)}`) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(`${name}`, `${name}=1&${name}=2`, `${name}[]=1`, `${name}=%ff`),
        },
      );
    return fc
      .tuple(filled, ...query.map(one))
      .map(([path, ...parts]) =>
        [path, parts.filter((part) => part !== '').join('&')].filter(Boolean).join('?'),
      );
  }

  #body(content: Record<string, { schema?: Schema }>): fc.Arbitrary<{ type?: string; payload?: string }> {
    const known = Object.entries(content);
    if (known.length === 0)
      return fc.oneof(
        { weight: 4, arbitrary: fc.constant({}) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(...contentTypes).map((type) => ({ type, payload: '{"a":1}' })),
        },
      );
    const each = known.map(([type, { schema = {} }]) => {
      const lines = type === 'application/x-ndjson';
      const write = (value: unknown) =>
        lines && Array.isArray(value) ? value.map(line).join('') : line(value);
      const line = (value: unknown) => `${JSON.stringify(value)}${lines ? '\n' : ''}`;
      const valid = lines ? fc.array(documentLine, { maxLength: 8 }) : this.#values.valid(schema);
      const nearly = lines
        ? fc.array(fc.oneof(documentLine, anyJson()), { maxLength: 8 })
        : this.#values.nearly(schema);
      return fc.oneof(
        { weight: 6, arbitrary: valid.map((value) => ({ type, payload: write(value) })) },
        { weight: 6, arbitrary: nearly.map((value) => ({ type, payload: write(value) })) },
        { weight: 2, arbitrary: anyJson().map((value) => ({ type, payload: write(value) })) },
        { weight: 2, arbitrary: fc.constantFrom(...brokenBodies).map((payload) => ({ type, payload })) },
        {
          weight: 2,
          arbitrary: fc
            .tuple(fc.constantFrom(...contentTypes), valid)
            .map(([other, value]) => ({ type: other, payload: write(value) })),
        },
      );
    });
    return fc.oneof(
      { weight: 12, arbitrary: fc.oneof(...each) },
      { weight: 1, arbitrary: fc.constantFrom<{ type?: string }>({}, ...known.map(([type]) => ({ type }))) },
    );
  }
}

/** A line of the bulk format, whose lines the document describes in words. */
const documentLine = fc.oneof(
  fc.record(
    {
      op: fc.constantFrom('upsert', 'patch', 'delete'),
      id: fc.oneof(fc.constantFrom('item-1', 'item-2'), text()),
      fields: fc.dictionary(fc.constantFrom('title', 'description'), text(), { maxKeys: 2 }),
      attributes: fc.dictionary(text(), fc.oneof(text(), fc.double(), fc.boolean()), { maxKeys: 3 }),
    },
    { requiredKeys: ['id'] },
  ),
  anyJson(),
);

const encoded = (value: unknown) =>
  encodeURIComponent(wellFormed(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))).slice(
    0,
    3_000,
  );

/** Lone surrogates have no place in a path: they become U+FFFD. */
function wellFormed(value: string): string {
  return Buffer.from(value).toString();
}
