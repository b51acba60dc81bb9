import {
  type Document,
  FilterRef,
  limits,
  QueryTextSchema,
  QueryVectorSchema,
  ScoreModifiersSchema,
} from '@attune/schema';
import { Type } from 'typebox';
import { closed, Fingerprint } from './primitives.js';

export const SearchBody = Type.Object(
  {
    text: Type.Optional(QueryTextSchema),
    vector: Type.Optional(QueryVectorSchema),
    mode: Type.Optional(
      Type.Union([Type.Literal('vector'), Type.Literal('lexical'), Type.Literal('hybrid')], {
        description: 'By vectors, by words, or both fused.',
      }),
    ),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: limits.search.hits, description: '10 unless it is given.' }),
    ),
    offset: Type.Optional(Type.Integer({ minimum: 0, maximum: limits.search.offset })),
    filter: Type.Optional(FilterRef),
    modifiers: Type.Optional(ScoreModifiersSchema),
    record: Type.Optional(
      Type.Boolean({
        description:
          'Keeps the query and what was shown, so that events may cite it. True unless it is given.',
      }),
    ),
  },
  { ...closed, examples: [{ text: 'desk lamp', limit: 5, filter: { field: 'price', atMost: 20 } }] },
);

export const SearchResult = Type.Object(
  {
    query_id: Type.String({ description: 'Cited by events.' }),
    release: Type.Integer({ description: 'Model, preprocessing and index that answered.' }),
    fingerprint: Fingerprint,
    hits: Type.Array(
      Type.Intersect([
        Type.Unsafe<Document>(Type.Ref('Document')),
        Type.Object({ score: Type.Number({ description: 'Higher is better.' }) }),
      ]),
    ),
    next_offset: Type.Union([Type.Integer(), Type.Null()], {
      description: 'Give it as `offset` for the next page; null at the end.',
    }),
  },
  { title: 'SearchResult' },
);
