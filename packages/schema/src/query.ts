import { checkOf } from './check.js';
import { limits } from './limits.js';
import { textSchema } from './text.js';
import { type TSchema, Type } from './typebox.js';

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

/** At least 0.001 and at most 1,000, or as much below 0, where it leads away from the part. 1 unless it is given. */
export type WeightedPart<Vector = JsonVector> = QueryPart<Vector> & { weight?: number | undefined };

const { textCharacters, dim, parts, leastWeight, weight: mostWeight } = limits.query;
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
    Type.Number({
      minimum: -mostWeight,
      maximum: mostWeight,
      description: `At least ${leastWeight}, or at most -${leastWeight}, which leads away from the part. 1 unless it is given.`,
    }),
    (weight: number) => Math.abs(weight) >= leastWeight,
    (weight: number) => `to be at least ${leastWeight} or at most -${leastWeight}, but received ${weight}`,
  ),
);

/** @param vector  the schema of a vector, as it is carried */
export const searchQuerySchemaOf = <Vector extends TSchema>(vector: Vector) =>
  Type.Union(
    [
      Type.Object({ text: QueryTextSchema }, closed),
      Type.Object({ vector }, closed),
      Type.Array(
        Type.Union([
          Type.Object({ text: QueryTextSchema, weight: Weight }, closed),
          Type.Object({ vector, weight: Weight }, closed),
        ]),
        { minItems: 1, maxItems: parts },
      ),
    ],
    {
      title: 'SearchQuery',
      description:
        'A text, a vector, or a weighted list of them. Of a list, the vectors of its parts are added up by their weights, each of unit ' +
        'length, and the words of its texts count by their weights.',
      examples: [[{ text: 'desk lamp' }, { text: 'black', weight: -0.5 }]],
    },
  );

export const SearchQuerySchema = searchQuerySchemaOf(QueryVectorSchema);

/** @throws {SchemaError} INVALID_ARGUMENT naming the place */
export const checkSearchQuery = checkOf<SearchQuery>(SearchQuerySchema, 'the query');
