/** Values for requests: what a JSON schema allows, what is nearly that, and what no schema allows. */
import fc from 'fast-check';

/** As much of JSON schema as an OpenAPI 3.1 document of TypeBox holds. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  patternProperties?: Record<string, Schema>;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
}

/** Texts at which programs have broken. */
const oddTexts = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\udfff\ud800',
  '\u202e\u200b\ufeff',
  'Ｐｒｉｃｅ　ＳＡＬＥ',
  'e\u0301'.repeat(300),
  '👩‍👩‍👧‍👦'.repeat(40),
  'ß'.repeat(2_000),
  'a'.repeat(70_000),
  '_'.repeat(20_000),
  '../../../../etc/passwd',
  '..%2f..%2f',
  "'; DROP TABLE documents; --",
  '<script>alert(1)</script>',
  '{{7*7}}',
  '__proto__',
  'constructor',
  'toString',
  'NaN',
  '1e400',
  '-0',
  'con',
  '%00%ff',
];

const oddNumbers = [
  0,
  -0,
  -1,
  1,
  0.1,
  1e-320,
  1e308,
  -1e308,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  2 ** 63,
  1e21,
];

/** Objects nested so deep that a recursive reader runs out of stack. */
const deep = (levels: number) => JSON.parse(`${'{"and":['.repeat(levels)}1${']}'.repeat(levels)}`) as unknown;

export const text = (): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.string({ maxLength: 40 }) },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
    { weight: 2, arbitrary: fc.constantFrom(...oddTexts) },
    { weight: 3, arbitrary: fc.constantFrom('red lamp', 'desk chair', 'item-1', 'item-7', 'click', 'title') },
  );

/** Any JSON value, with the odd ones more often than chance has it. */
export const anyJson = (): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 4, arbitrary: text() },
    { weight: 4, arbitrary: fc.constantFrom<unknown>(...oddNumbers) },
    { weight: 3, arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], { '': null }) },
    { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
    { weight: 1, arbitrary: fc.constantFrom(10, 30, 800).map(deep) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(1_001, 20_000).map((count) => new Array(count).fill('x') as unknown),
    },
    {
      weight: 1,
      arbitrary: fc.constant(JSON.parse('{"__proto__":{"admin":true},"constructor":{"prototype":1}}')),
    },
  );

export class SchemaValues {
  readonly #definitions: Record<string, Schema>;

  /** @param definitions  `components.schemas` of the document */
  constructor(definitions: Record<string, Schema>) {
    this.#definitions = definitions;
  }

  /** What the schema allows, as far as patterns can be met by trying. */
  valid(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
    if (depth > 6) return fc.constant(null);
    if (schema.$ref) return this.valid(this.#definitions[schema.$ref.split('/').at(-1)!] ?? {}, depth + 1);
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    const either = schema.anyOf ?? schema.oneOf;
    if (either && either.length > 0) return fc.oneof(...either.map((each) => this.valid(each, depth + 1)));
    if (schema.allOf) {
      const parts = schema.allOf.map((each) => this.valid(each, depth + 1));
      return fc.tuple(...parts).map((values) => Object.assign({}, ...values) as unknown);
    }
    const types = Array.isArray(schema.type) ? schema.type : [schema.type];
    return fc.oneof(...types.map((type) => this.#ofType(type, schema, depth)));
  }

  /** Nearly valid: one property is dropped, of another type, or added. */
  nearly(schema: Schema): fc.Arbitrary<unknown> {
    return fc
      .tuple(
        this.valid(schema),
        fc.nat(),
        fc.constantFrom('drop', 'replace', 'add', 'replace'),
        anyJson(),
        text(),
      )
      .map(([value, which, how, odd, name]) => {
        if (Array.isArray(value) && value.length > 0) return value.with(which % value.length, odd);
        if (typeof value !== 'object' || value === null) return odd;
        const keys = Object.keys(value);
        const key = keys[which % Math.max(1, keys.length)];
        const entries = Object.entries(value).filter(([each]) => how === 'add' || each !== key);
        if (how === 'add') entries.push([name, odd]);
        if (how === 'replace' && key !== undefined) entries.push([key, odd]);
        return Object.fromEntries(entries);
      });
  }

  #ofType(type: string | undefined, schema: Schema, depth: number): fc.Arbitrary<unknown> {
    const { minimum, maximum } = schema;
    switch (type) {
      case 'string':
        return this.#string(schema);
      case 'integer': {
        const low = Math.max(minimum ?? -1_000, -1_000_000);
        return fc.oneof(
          fc.integer({ min: low, max: Math.max(low, Math.min(maximum ?? 1_000, 1_000_000)) }),
          fc.constantFrom(...[low, maximum ?? low]),
        );
      }
      case 'number':
        return fc.oneof(
          fc.double({ min: minimum ?? -1e6, max: maximum ?? 1e6, noNaN: true }),
          fc.constantFrom(minimum ?? 0, maximum ?? 1),
        );
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      case 'array': {
        const least = schema.minItems ?? 0;
        const most = Math.max(least, Math.min(schema.maxItems ?? 6, least + 6));
        return fc.array(this.valid(schema.items ?? {}, depth + 1), { minLength: least, maxLength: most });
      }
      case 'object':
        return this.#object(schema, depth);
      default:
        return schema.properties ? this.#object(schema, depth) : anyJson();
    }
  }

  #string({ pattern, minLength = 0, maxLength }: Schema): fc.Arbitrary<string> {
    if (pattern) {
      return fc.oneof(
        fc.constantFrom('fuzz', 'attune-base-en', 'item-1'),
        fc.stringMatching(new RegExp(pattern), { size: 'small' }),
      );
    }
    const cut = (value: string) => value.slice(0, maxLength ?? 100_000).padEnd(minLength, 'x');
    return text().map(cut);
  }

  #object(schema: Schema, depth: number): fc.Arbitrary<unknown> {
    const { properties = {}, required = [], additionalProperties, patternProperties } = schema;
    const known = Object.fromEntries(
      Object.entries(properties).map(([name, each]) => [name, this.valid(each, depth + 1)]),
    );
    const fixed = fc.record(known, { requiredKeys: required.filter((name) => name in known) });
    const more = Object.values(patternProperties ?? {})[0] ?? additionalProperties;
    if (typeof more !== 'object') return fixed;
    const names = fc.oneof(fc.constantFrom('title', 'stock', 'shop'), text());
    const extra = fc.dictionary(names, this.valid(more, depth + 1), { maxKeys: 4 });
    return fc.tuple(extra, fixed).map((parts) => Object.assign({}, ...parts) as unknown);
  }
}
