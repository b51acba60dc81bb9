import type {
  AttributeValue,
  AttributeValueSchema,
  Document,
  DocumentSchema,
  DocumentWrite,
  DocumentWriteSchema,
  Filter,
  FilterSchema,
  Interaction,
  InteractionSchema,
  ScoreModifiers,
  ScoreModifiersSchema,
  SearchQuery,
  SearchQuerySchema,
  SearchRequest,
  SearchRequestSchema,
  UbiEvent,
  UbiEventSchema,
} from '@attune/schema';
import type { Static } from 'typebox';
import { expectTypeOf, it } from 'vitest';

/** A type as JSON has it: lists can be changed, and what is undefined is not there. */
type Json<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer Entry)[]
    ? Json<Entry>[]
    : { -readonly [Name in keyof T]: Json<Exclude<T[Name], undefined>> };

it('the types, which are written by hand, are those of the schemas', () => {
  expectTypeOf<Json<Static<typeof AttributeValueSchema>>>().toEqualTypeOf<Json<AttributeValue>>();
  expectTypeOf<Json<Static<typeof DocumentSchema>>>().toEqualTypeOf<Json<Document>>();
  expectTypeOf<Json<Static<typeof DocumentWriteSchema>>>().toEqualTypeOf<Json<DocumentWrite>>();
  expectTypeOf<Json<Static<typeof FilterSchema>>>().toEqualTypeOf<Json<Filter>>();
  expectTypeOf<Json<Static<typeof ScoreModifiersSchema>>>().toEqualTypeOf<Json<ScoreModifiers>>();
  expectTypeOf<Json<Static<typeof SearchQuerySchema>>>().toEqualTypeOf<Json<SearchQuery>>();
  expectTypeOf<Json<Static<typeof SearchRequestSchema>>>().toEqualTypeOf<Json<SearchRequest>>();
  expectTypeOf<Json<Static<typeof InteractionSchema>>>().toEqualTypeOf<Json<Interaction>>();
});

/** The members that a type names, less what else it may hold. */
type Named<T> = T extends object
  ? { [Name in keyof T as string extends Name ? never : Name]: Named<Exclude<T[Name], undefined>> }
  : T;

it('an event has the members that its schema names, and may have others', () => {
  expectTypeOf<Named<Static<typeof UbiEventSchema>>>().toEqualTypeOf<Named<UbiEvent>>();
  expectTypeOf<{ action_name: string; own: { deep: number[] } }>().toExtend<UbiEvent>();
});
