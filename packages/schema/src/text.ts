import { limits } from './limits.js';
import { type TString, type TStringOptions, Type } from './typebox.js';

/** A text without a lone half of a surrogate pair: that is no character, and UTF-8 has no bytes for it. */
export function textSchema(options: TStringOptions): TString {
  return Type.Refine(
    Type.String(options),
    (text: string) => text.isWellFormed(),
    () => 'to have no lone surrogate, but it has one',
  );
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const controlCharacter = /[\x00-\x1f\x7f-\x9f]/;

/** The caller's own name of a document. It is shown and logged, so it has no control characters. */
export const DocumentIdSchema: TString = Type.Refine(
  textSchema({
    minLength: 1,
    maxLength: limits.document.idCharacters,
    description: 'The caller’s own id, without control characters.',
    examples: ['4711'],
  }),
  (id: string) => !controlCharacter.test(id),
  () => 'to have no control characters, but it has one',
);

/** The name of a text field or of an attribute. */
export const FieldNameSchema: TString = Type.Refine(
  textSchema({ minLength: 1, maxLength: limits.document.nameCharacters }),
  (name: string) => name !== '__proto__',
  () => 'to be another name than __proto__, but received that',
);
