import { checkOf } from './check.js';
import { DocumentIdSchema, textSchema } from './text.js';
import { Type } from './typebox.js';

/** What people did to one document for one query: (query, document, weight). */
export interface Interaction {
  queryId: string;
  /** The query's text. */
  query: string;
  documentId: string;
  /** Not negative: a grade, or computed from events. 0 says that it was shown and is not relevant. */
  weight: number;
}

export const InteractionSchema = Type.Object({
  queryId: textSchema({ minLength: 1 }),
  query: textSchema({ minLength: 1 }),
  documentId: DocumentIdSchema,
  weight: Type.Number({ minimum: 0 }),
});

/** @throws {SchemaError} INVALID_ARGUMENT naming the member that is wrong */
export const checkInteraction = checkOf<Interaction>(InteractionSchema, 'the interaction');
