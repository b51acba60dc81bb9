import { namedSchemas } from '@attune/schema';
import type { TSchema } from '@attune/schema/typebox';
import { OpenAiError, Problem } from './problem.js';

/** Schemas that others refer to by name: in the validator, and as components of the OpenAPI document. */
export const shared: Record<string, TSchema> = { ...namedSchemas, Problem, OpenAiError };
