import type { Document } from '@attune/schema';
import { Type } from '@attune/schema/typebox';
import { Fingerprint } from './primitives.js';

export const SearchResult = Type.Object(
  {
    query_id: Type.String({ description: 'Cited by events.' }),
    release: Type.Integer({ description: 'Model, preprocessing and index that answered.' }),
    fingerprint: Fingerprint,
    hits: Type.Array(
      Type.Intersect(
        [
          Type.Unsafe<Document>(Type.Ref('Document')),
          Type.Object({ score: Type.Number({ description: 'Higher is better.' }) }),
        ],
        { title: 'SearchHit' },
      ),
    ),
    next_offset: Type.Union([Type.Integer(), Type.Null()], {
      description: 'Give it as `offset` for the next page; null at the end.',
    }),
  },
  { title: 'SearchResult' },
);
