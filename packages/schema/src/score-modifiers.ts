import { checkOf } from './check.js';
import { limits } from './limits.js';
import { FieldNameSchema } from './text.js';
import { Type } from './typebox.js';

/** Lets an attribute that holds numbers change the scores. */
export interface ScoreModifier {
  /** The attribute. Documents without it keep their score. */
  field: string;
  /** The value is multiplied by this; 1 unless it is given. */
  weight?: number | undefined;
  /** Takes ln(1 + value) for the value, as counts of sales or views want. */
  log?: boolean | undefined;
}

/**
 * What is known of a document changes its score:
 *
 *     score' = score * product over multiplyBy of (weight * value) + sum over add of (weight * value)
 */
export interface ScoreModifiers {
  multiplyBy?: readonly ScoreModifier[] | undefined;
  add?: readonly ScoreModifier[] | undefined;
}

const closed = { additionalProperties: false };

export const ScoreModifierSchema = Type.Object(
  {
    field: FieldNameSchema,
    weight: Type.Optional(Type.Number()),
    log: Type.Optional(Type.Boolean({ description: 'Takes ln(1 + value) for the value.' })),
  },
  { ...closed, title: 'ScoreModifier' },
);

const Modifiers = Type.Array(ScoreModifierSchema, { maxItems: limits.modifiers.count });

export const ScoreModifiersSchema = Type.Object(
  { multiplyBy: Type.Optional(Modifiers), add: Type.Optional(Modifiers) },
  { ...closed, title: 'ScoreModifiers', description: 'Lets numbers of the documents change their scores.' },
);

/** @throws {SchemaError} INVALID_ARGUMENT naming the place */
export const checkScoreModifiers = checkOf<ScoreModifiers>(ScoreModifiersSchema, 'the modifiers');
