/**
 * What of TypeBox the project uses, in one place: `dist/typebox.js` is bundled into one file when it is built, because Node takes ten times
 * as long for TypeBox's own 683, in every process and every thread.
 */
export {
  type Static,
  type TSchema,
  type TSchemaOptions,
  type TString,
  type TStringOptions,
  type TUnsafe,
  Type,
} from 'typebox';
export { Compile } from 'typebox/compile';
export { Value } from 'typebox/value';
