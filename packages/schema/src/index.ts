/**
 * The words that all packages share: each as a type, a TypeBox schema, and one check of values that came from outside.
 *
 * @example
 * const write = checkDocumentWrite(JSON.parse(line), 'line 3');
 * const filter = checkFilter({ and: [{ field: 'set', equals: 'wood' }, { field: 'price', atMost: 20 }] });
 */

// How large each thing may be.
export { limits } from './limits.js';

// What a check gives and throws.
export type { Check, Checked } from './check.js';
export { type Finding, SchemaError } from './schema-error.js';

// What collections, models and datasets are called.
export { checkName, isName, NameSchema } from './name.js';

// What of a model is tuned, and from what it begins.
export { defaultTier, isTier, noBase, type Tier, tierNames } from './tier.js';

// Documents, and what is done to them.
export {
  type AttributeValue,
  AttributeValueRef,
  AttributeValueSchema,
  isAttributeValue,
  type ScalarValue,
} from './attribute-value.js';
export { checkDocument, type Document, DocumentSchema } from './document.js';
export {
  checkDocumentWrite,
  checkDocumentWrites,
  type DocumentDelete,
  DocumentDeleteSchema,
  type DocumentPatch,
  DocumentPatchSchema,
  type DocumentUpsert,
  DocumentUpsertSchema,
  type DocumentWrite,
  DocumentWriteSchema,
} from './document-write.js';
export { DocumentIdSchema, FieldNameSchema } from './text.js';

// Searches.
export {
  checkSearchRequest,
  hasText,
  type SearchMode,
  type SearchRequest,
  SearchRequestSchema,
  searchDefaults,
} from './search-request.js';
export {
  checkSearchQuery,
  type JsonVector,
  type QueryPart,
  type SearchQuery,
  SearchQuerySchema,
  type TextPart,
  type VectorPart,
  type WeightedPart,
} from './query.js';
export {
  checkFilter,
  type Condition,
  conditionsOf,
  type Filter,
  FilterRef,
  FilterSchema,
  type RangeOf,
} from './filter.js';
export {
  checkScoreModifiers,
  type ScoreModifier,
  type ScoreModifiers,
  ScoreModifiersSchema,
} from './score-modifiers.js';

// What people did, and what is judged.
export {
  checkEvents,
  type KeptUbiEvent,
  keptEvents,
  type UbiEvent,
  UbiEventRef,
  UbiEventSchema,
} from './event.js';
export { checkInteraction, type Interaction, InteractionSchema } from './interaction.js';
export { type JudgedQuery, type Judgments, type WeightKind, weightKinds } from './judgment.js';
export { timeOfValue } from './time.js';

// JSON whose integers keep every digit, because ids are often such.
export { parseExactJson } from './exact-json.js';

// The name that was meant by a misspelt one.
export { didYouMean } from './nearest-name.js';

// For those who check values by schemas of their own that are made of these.
export { findingsOf } from './findings.js';
export type { NamedSchemas } from './forms.js';
export { withoutNullMembers } from './null-members.js';
export { namedSchemas } from './named-schemas.js';
