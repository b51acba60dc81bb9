import { Type } from 'typebox';
import type { ScalarValue } from './attribute-value.js';
import { checkOf } from './check.js';
import { limits } from './limits.js';
import { DocumentIdSchema, FieldNameSchema, textSchema } from './text.js';

/** A query whose answers are judged. */
export interface JudgedQuery {
  id: string;
  text: string;
  /** Only documents whose attributes have these values may answer. */
  filter?: Readonly<Record<string, ScalarValue>> | undefined;
}

/** How well one document answers one query: a line of a TREC qrels file. */
export interface Judgment {
  queryId: string;
  documentId: string;
  /** 0: not relevant; higher is better. */
  grade: number;
}

/** query id -> document id -> grade. A document without a grade was not judged. */
export type Judgments = Map<string, Map<string, number>>;

const Value = Type.Union([
  textSchema({ maxLength: limits.filter.valueCharacters }),
  Type.Number(),
  Type.Boolean(),
]);

export const JudgedQuerySchema = Type.Object({
  id: textSchema({ minLength: 1 }),
  text: textSchema({ minLength: 1 }),
  filter: Type.Optional(
    Type.Unsafe<Record<string, ScalarValue>>(
      Type.Object({}, { additionalProperties: Value, propertyNames: FieldNameSchema }),
    ),
  ),
});

export const JudgmentSchema = Type.Object({
  queryId: textSchema({ minLength: 1 }),
  documentId: DocumentIdSchema,
  grade: Type.Number({ minimum: 0 }),
});

/** @throws {SchemaError} INVALID_ARGUMENT naming the member that is wrong */
export const checkJudgedQuery = checkOf<JudgedQuery>(JudgedQuerySchema, 'the query');

/** @throws {SchemaError} INVALID_ARGUMENT naming the member that is wrong */
export const checkJudgment = checkOf<Judgment>(JudgmentSchema, 'the judgment');
