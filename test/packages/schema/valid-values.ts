import type {
  AttributeValue,
  Document,
  DocumentWrite,
  Filter,
  Interaction,
  ScoreModifiers,
  SearchQuery,
  SearchRequest,
  UbiEvent,
} from '@attune/schema';
import fc from 'fast-check';

/** Values that have to pass their checks, of every kind and form. */

const text = fc.string({ unit: 'binary', maxLength: 12 }).filter((each) => !/\p{Surrogate}/u.test(each));
const notBlank = text.filter((each) => each.trim() !== '');
const name = fc.oneof(
  fc.constantFrom('price', 'line\nbreak', 'constructor', 'toString', '标题', '😀', 'x'.repeat(256)),
  text.filter((each) => each !== '' && each !== '__proto__'),
);
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what an id is without
const id = text.map((each) => each.replace(/[\x00-\x1f\x7f-\x9f]/g, '') || '4711');
const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const scalar = fc.oneof(text, number, fc.boolean());
const noNullPrototype = true;

export const attributeValue: fc.Arbitrary<AttributeValue> = fc.oneof(
  scalar,
  fc.array(text, { maxLength: 5 }),
);

const record = <Value>(value: fc.Arbitrary<Value>) =>
  fc.dictionary(name, value, { maxKeys: 6, noNullPrototype });
const optional = { requiredKeys: [] as [] };

export const document: fc.Arbitrary<Document> = fc.record({
  id,
  fields: record(text),
  attributes: record(attributeValue),
});

export const documentWrite: fc.Arbitrary<DocumentWrite> = fc.oneof(
  fc.record(
    {
      op: fc.constantFrom('upsert' as const, undefined),
      id,
      fields: record(fc.option(text)),
      attributes: fc.option(record(fc.option(attributeValue)), { nil: undefined }),
    },
    { requiredKeys: ['id', 'fields'] },
  ),
  fc.record(
    {
      op: fc.constant('patch' as const),
      id,
      fields: record(fc.option(text)),
      attributes: record(fc.option(attributeValue)),
    },
    { requiredKeys: ['op', 'id'] },
  ),
  fc.record({ op: fc.constant('delete' as const), id }),
);

const range = <Bound>(bound: fc.Arbitrary<Bound>) =>
  fc
    .record(
      { field: name, atLeast: bound, above: bound, atMost: bound, below: bound },
      { requiredKeys: ['field'] },
    )
    .filter((each) => Object.keys(each).length > 1);

const condition = fc.oneof(
  fc.record({ field: name, equals: scalar }),
  fc.record({ field: name, in: fc.array(scalar, { maxLength: 4 }) }),
  range(number),
  range(text),
);

export const filter: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 14, withCrossShrink: true },
    condition,
    fc.record({ and: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ or: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ not: tie('filter') }),
  ),
})).filter;

const modifiers = fc.array(
  fc.record({ field: name, weight: number, log: fc.boolean() }, { requiredKeys: ['field'] }),
  { maxLength: 16 },
);

export const scoreModifiers: fc.Arbitrary<ScoreModifiers> = fc.record(
  { multiplyBy: modifiers, add: modifiers },
  optional,
);

const vector = fc.oneof(
  fc.array(number, { minLength: 1, maxLength: 4 }),
  fc.float32Array({ minLength: 1, maxLength: 4 }).map((each) => Buffer.from(each.buffer).toString('base64')),
);
const aboveZero = fc.double({ min: 0.001, max: 1000, noNaN: true });
const weight = fc.oneof(
  aboveZero,
  aboveZero.map((each) => -each),
);

const queryOf = <Vector>(each: fc.Arbitrary<Vector>): fc.Arbitrary<SearchQuery<Vector>> =>
  fc.oneof(
    fc.record({ text: notBlank }),
    fc.record({ vector: each }),
    fc.array(
      fc.oneof(
        fc.record({ text: notBlank, weight }, { requiredKeys: ['text'] }),
        fc.record({ vector: each, weight }, { requiredKeys: ['vector'] }),
      ),
      { minLength: 1, maxLength: 32 },
    ),
  );

export const searchQuery: fc.Arbitrary<SearchQuery> = queryOf(vector);

const vectorInMemory = fc.float32Array({ minLength: 1, maxLength: 4 });

export const searchRequest: fc.Arbitrary<SearchRequest<Float32Array>> = fc
  .tuple(
    fc.oneof(
      fc.record({ text: notBlank }),
      fc.record({ text: notBlank, vector: vectorInMemory }),
      fc.record({ vector: vectorInMemory, mode: fc.constant('vector' as const) }),
      fc.record({ query: queryOf(vectorInMemory) }),
    ),
    fc.record(
      {
        limit: fc.integer({ min: 1, max: 1000 }),
        offset: fc.option(fc.nat({ max: 10_000 }), { nil: undefined }),
        filter,
        modifiers: scoreModifiers,
        record: fc.boolean(),
      },
      optional,
    ),
  )
  .map(([query, more]) => ({ ...query, ...more }));

/** Also with halves of surrogate pairs, which an event may have. */
const anyText = fc.string({ unit: fc.nat({ max: 0xffff }).map((each) => String.fromCharCode(each)) });

export const ubiEvent = fc.record(
  {
    action_name: fc.constantFrom('click', 'impression', 'of our own'),
    query_id: anyText,
    user_query: anyText,
    timestamp: fc.constant('2026-01-01T00:00:00Z'),
    client_id: anyText,
    session_id: anyText,
    application: anyText,
    event_attributes: fc.record(
      {
        object: fc.record({ object_id: fc.oneof(anyText, number), more: fc.jsonValue() }, optional),
        position: fc.record({ ordinal: fc.nat() }, optional),
        more: fc.jsonValue(),
      },
      optional,
    ),
    more: fc.jsonValue(),
  },
  { requiredKeys: ['action_name'] },
) satisfies fc.Arbitrary<UbiEvent>;

export const interaction: fc.Arbitrary<Interaction> = fc.record({
  queryId: id,
  query: notBlank,
  documentId: id,
  weight: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
});
