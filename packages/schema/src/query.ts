import { Type } from 'typebox';
import { checkOf } from './check.js';
import { limits } from './limits.js';
import { textSchema } from './text.js';

/** A vector as JSON carries it: numbers, or base64 of little-endian float32. */
export type JsonVector = readonly number[] | string;

/**
 * What is searched for: a text, a vector by the model in service, or a weighted list of them. In memory a vector is a
 * Float32Array: `SearchQuery<Float32Array>`.
 *
 * @example
 * const query: SearchQuery = [{ text: 'desk lamp' }, { text: 'black', weight: 0.5 }, { vector: [0.6, 0.8], weight: -0.2 }];
 */
export type SearchQuery<Vector = JsonVector> = QueryPart<Vector> | readonly WeightedPart<Vector>[];

export type QueryPart<Vector = JsonVector> = TextPart | VectorPart<Vector>;

export interface TextPart {
  text: string;
}

export interface VectorPart<Vector = JsonVector> {
  vector: Vector;
}

/** Finite and not 0; below 0 it leads away from the part. 1 unless it is given. */
export type WeightedPart<Vector = JsonVector> = QueryPart<Vector> & { weight?: number | undefined };

const { textCharacters, dim, parts } = limits.query;
const closed = { additionalProperties: false };

export const QueryTextSchema = Type.Refine(
  textSchema({ maxLength: textCharacters }),
  (text: string) => text.trim() !== '',
  () => 'to be a text to search for, but it is blank',
);

export const QueryVectorSchema = Type.Union(
  [
    Type.Array(Type.Number(), { minItems: 1, maxItems: dim }),
    Type.String({ maxLength: Math.ceil((dim * 4) / 3) * 4, pattern: '^[A-Za-z0-9+/]+={0,2}$' }),
  ],
  { description: 'From the model in service: numbers, or base64 of little-endian float32.' },
);

const Weight = Type.Optional(
  Type.Refine(
    Type.Number({ description: 'Not 0; below 0 it leads away from the part. 1 unless it is given.' }),
    (weight: number) => weight !== 0,
    () => 'to be another number than 0, but received 0',
  ),
);

export const SearchQuerySchema = Type.Union(
  [
    Type.Object({ text: QueryTextSchema }, closed),
    Type.Object({ vector: QueryVectorSchema }, closed),
    Type.Array(
      Type.Union([
        Type.Object({ text: QueryTextSchema, weight: Weight }, closed),
        Type.Object({ vector: QueryVectorSchema, weight: Weight }, closed),
      ]),
      { minItems: 1, maxItems: parts },
    ),
  ],
  { title: 'SearchQuery', description: 'A text, a vector, or a weighted list of them.' },
);

/** @throws {SchemaError} INVALID_ARGUMENT naming the place */
export const checkSearchQuery = checkOf<SearchQuery>(SearchQuerySchema, 'the query');
