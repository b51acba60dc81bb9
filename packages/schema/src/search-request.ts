import { checkOf } from './check.js';
import { shown } from './expectation.js';
import { type Filter, FilterRef, FilterSchema } from './filter.js';
import { limits } from './limits.js';
import {
  type JsonVector,
  QueryTextSchema,
  QueryVectorSchema,
  type SearchQuery,
  searchQuerySchemaOf,
} from './query.js';
import { type ScoreModifiers, ScoreModifiersSchema } from './score-modifiers.js';
import { type TSchema, Type } from './typebox.js';

/** How documents are found: by vectors, by words, or by both fused. */
export type SearchMode = 'vector' | 'lexical' | 'hybrid';

/**
 * One search. It is for `text`, for `vector`, or for what `query` says; with a text beside it, the vector is searched by vectors and the
 * text by words. In memory a vector is a Float32Array: `SearchRequest<Float32Array>`.
 */
export interface SearchRequest<Vector = JsonVector> {
  text?: string | undefined;
  vector?: Vector | undefined;
  /** Instead of `text` and `vector`: either of them, or a weighted list. */
  query?: SearchQuery<Vector> | undefined;
  /** `hybrid` unless it is given, and `vector` where there is no text. */
  mode?: SearchMode | undefined;
  /** Hits wanted; 10 unless it is given. */
  limit?: number | undefined;
  /** Hits left out before them; 0 unless it is given. */
  offset?: number | undefined;
  filter?: Filter | undefined;
  modifiers?: ScoreModifiers | undefined;
  /** Keeps the query and what was shown, so that events may cite it. True unless it is given. */
  record?: boolean | undefined;
}

/** What a request means that leaves it open. */
export const searchDefaults = { limit: 10, offset: 0, record: true } as const;

type AnyRequest = Pick<SearchRequest<unknown>, 'text' | 'vector' | 'query' | 'mode'>;

/** Whether a request has a text, which can be searched by words. */
export function hasText({ text, query }: AnyRequest): boolean {
  if (text !== undefined) return true;
  const parts: readonly object[] = Array.isArray(query) ? query : query === undefined ? [] : [query];
  return parts.some((part) => 'text' in part);
}

/** What no schema of a single member can ask. */
function contradictionOf(request: AnyRequest): string | undefined {
  const { text, vector, query, mode = 'vector' } = request;
  const isShort = text !== undefined || vector !== undefined;
  if (query === undefined && !isShort) return 'to have text, vector or query, but it has none of them';
  if (query !== undefined && isShort)
    return `to have query alone, but it has ${text === undefined ? 'vector' : 'text'} too`;
  if (mode === 'vector' || hasText(request)) return undefined;
  return `to have a text, which the mode ${mode} searches by words, but it has none`;
}

/**
 * @param vector  the schema of a vector, as it is carried
 * @param query   that of a query with such vectors
 */
const searchRequestSchemaOf = <Vector extends TSchema, Query extends TSchema>(vector: Vector, query: Query) =>
  Type.Refine(
    Type.Object(
      {
        text: Type.Optional(QueryTextSchema),
        vector: Type.Optional(vector),
        query: Type.Optional(query),
        mode: Type.Optional(
          Type.Union([Type.Literal('vector'), Type.Literal('lexical'), Type.Literal('hybrid')], {
            description:
              'By vectors, by words, or both fused. Both unless it is given, and by vectors where there is no text.',
          }),
        ),
        limit: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: limits.search.hits,
            description: `${searchDefaults.limit} unless it is given.`,
          }),
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
      {
        additionalProperties: false,
        title: 'SearchRequest',
        description:
          'For `text`, for `vector`, or for what `query` says. With a text beside it, the vector is searched by vectors and the text by ' +
          'words.',
        examples: [{ text: 'desk lamp', limit: 5, filter: { field: 'price', atMost: 20 } }],
      },
    ),
    (request) => contradictionOf(request as AnyRequest) === undefined,
    (request) => contradictionOf(request as AnyRequest)!,
  );

/** As JSON carries it. */
export const SearchRequestSchema = searchRequestSchemaOf(
  QueryVectorSchema,
  Type.Unsafe<SearchQuery>(Type.Ref('SearchQuery')),
);

const Float32ArraySchema = Type.Refine(
  Type.Unsafe<Float32Array>({}),
  (value) => value instanceof Float32Array,
  (value) => `to be a Float32Array, but received ${shown(value)}`,
);

/**
 * Of a request in memory. Whether a vector is one of the model in service, and of finite numbers, is for that model to say.
 *
 * @throws {SchemaError} INVALID_ARGUMENT naming the place
 */
export const checkSearchRequest = checkOf<SearchRequest<Float32Array>>(
  searchRequestSchemaOf(Float32ArraySchema, searchQuerySchemaOf(Float32ArraySchema)),
  'the search',
  { Filter: FilterSchema },
  { nullIsAbsent: true },
);
