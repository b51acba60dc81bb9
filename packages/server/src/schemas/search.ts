import { Type } from 'typebox';
import { FilterRef, type FilterTree } from './filter.js';
import { closed, Fingerprint } from './primitives.js';

/** Numbers in a vector at most. */
export const maxDim = 4096;

const Modifier = Type.Object(
  {
    field: Type.String({ minLength: 1, maxLength: 128 }),
    weight: Type.Optional(Type.Number()),
    log: Type.Optional(Type.Boolean()),
  },
  closed,
);

export const SearchBody = Type.Object(
  {
    text: Type.Optional(Type.String({ maxLength: 8192 })),
    vector: Type.Optional(
      Type.Union(
        [
          Type.Array(Type.Number(), { minItems: 1, maxItems: maxDim }),
          Type.String({ maxLength: Math.ceil((maxDim * 4) / 3) * 4, pattern: '^[A-Za-z0-9+/]+={0,2}$' }),
        ],
        { description: 'From the model in service: numbers, or base64 of little-endian float32.' },
      ),
    ),
    mode: Type.Optional(
      Type.Union([Type.Literal('vector'), Type.Literal('lexical'), Type.Literal('hybrid')], {
        description: 'By vectors, by words, or both fused.',
      }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: '10 unless told.' })),
    offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
    filter: Type.Optional(Type.Unsafe<FilterTree>(FilterRef)),
    modifiers: Type.Optional(
      Type.Object(
        {
          multiplyBy: Type.Optional(Type.Array(Modifier, { maxItems: 16 })),
          add: Type.Optional(Type.Array(Modifier, { maxItems: 16 })),
        },
        { ...closed, description: 'Lets numbers of the documents change their scores.' },
      ),
    ),
    record: Type.Optional(
      Type.Boolean({
        description: 'Keeps the query and what was shown, so that events may cite it. True unless told.',
      }),
    ),
  },
  { ...closed, examples: [{ text: 'desk lamp', limit: 5, filter: { field: 'price', atMost: 20 } }] },
);

const Value = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);

export const SearchResult = Type.Object(
  {
    query_id: Type.String({ description: 'Cited by events.' }),
    release: Type.Integer({ description: 'Model, preprocessing and index that answered.' }),
    fingerprint: Fingerprint,
    hits: Type.Array(
      Type.Object({
        id: Type.String(),
        score: Type.Number({ description: 'Higher is better.' }),
        fields: Type.Unsafe<Record<string, string>>(Type.Object({}, { additionalProperties: Type.String() })),
        attributes: Type.Unsafe<Record<string, string | number | boolean>>(
          Type.Object({}, { additionalProperties: Value }),
        ),
      }),
    ),
    next_offset: Type.Union([Type.Integer(), Type.Null()], {
      description: 'Give it as `offset` for the next page; null at the end.',
    }),
  },
  { title: 'SearchResult' },
);
