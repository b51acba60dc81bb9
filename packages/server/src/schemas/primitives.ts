import { NameSchema as Name } from '@attune/schema';
import { type TSchema, Type } from '@attune/schema/typebox';

export { Name };

/** Objects of requests: what is not named is refused, so that a misspelt option is not passed over in silence. */
export const closed = { additionalProperties: false } as const;

/** A place in a list that goes on. Opaque: it came as `next_cursor`. */
export const Cursor = Type.String({ minLength: 1, maxLength: 1024, pattern: '^[A-Za-z0-9_-]+$' });

/** Milliseconds since 1970. */
export const Time = Type.Integer({ minimum: 0, description: 'Milliseconds since 1970.' });

export const Fingerprint = Type.String({
  description: 'Of the model: weights, tokeniser and preprocessing.',
});

export const Precision = Type.Union([Type.Literal('f32'), Type.Literal('bf16'), Type.Literal('int8')], {
  description: 'Of the products of a transformer; a static model has none, and says `f32`.',
});

export const CollectionParams = Type.Object({ collection: Name }, closed);

/** Entries of a page unless its `limit` is given, and at most. */
export const pageEntries = { default: 100, most: 1000 } as const;

/** `limit` and `cursor` of a list. */
export const PageQuery = Type.Object(
  {
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: pageEntries.most,
        description: `${pageEntries.default} unless it is given.`,
      }),
    ),
    cursor: Type.Optional(Cursor),
  },
  closed,
);

const nextCursor = Type.Union([Type.String(), Type.Null()], {
  description: 'Give it as `cursor` for what comes next; null at the end.',
});

/** A whole list, named in the OpenAPI document. */
export const listOf = <Item extends TSchema>(title: string, item: Item) =>
  Type.Object({ data: Type.Array(item) }, { title });

/** A part of a list that goes on. */
export const pageOf = <Item extends TSchema>(title: string, item: Item) =>
  Type.Object({ data: Type.Array(item), next_cursor: nextCursor }, { title });

/** The cursor after `name`. */
export const cursorOf = (name: string): string => Buffer.from(name, 'utf8').toString('base64url');

/** What `cursorOf` was given. */
export const nameOfCursor = (cursor: string | undefined): string | undefined =>
  cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString('utf8');

/** Of posts that a client may have to send twice. */
export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 128,
      pattern: '^[\\u0021-\\u007e]+$',
      description:
        'The same key again is answered the same, and nothing is done twice; where it starts a job, as long as that is kept.',
    }),
  ),
});
