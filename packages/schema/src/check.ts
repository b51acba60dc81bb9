import { findingsOf } from './findings.js';
import type { NamedSchemas } from './forms.js';
import { withoutNullMembers } from './null-members.js';
import { SchemaError } from './schema-error.js';
import type { TSchema } from './typebox.js';
import { Compile } from './typebox.js';

declare const checked: unique symbol;

/** A value that its check has passed. Whoever takes one does not check it again. */
export type Checked<Value> = Value & { readonly [checked]: true };

/**
 * Gives a value back as what it is.
 *
 * @param what  how the error calls the value, such as `line 3`
 * @throws {SchemaError} INVALID_ARGUMENT
 */
export type Check<Value> = (value: unknown, what?: string) => Checked<Value>;

/**
 * The check of a schema, in generated code, which is made at the first use.
 *
 * @param name          of the value in errors, unless the caller gives one
 * @param named         the schemas that it refers to
 * @param nullIsAbsent  gives back a copy without optional members that are null, instead of refusing them; false unless it is given
 */
export function checkOf<Value>(
  schema: TSchema,
  name: string,
  named: NamedSchemas = {},
  { nullIsAbsent = false }: { nullIsAbsent?: boolean } = {},
): Check<Value> {
  const passes = compiledGuard<Checked<Value>>(schema, named);
  return (value, what = name) => {
    if (passes(value)) return value;
    const given = nullIsAbsent ? withoutNullMembers(schema, value, named) : value;
    if (given !== value && passes(given)) return given;
    throw new SchemaError(findingsOf(schema, given, named), what);
  };
}

/** Whether a value is as a schema says, in generated code, which is made at the first use. */
export function compiledGuard<Value>(
  schema: TSchema,
  named: NamedSchemas = {},
): (value: unknown) => value is Value {
  let compiled: { Check(value: unknown): boolean } | undefined;
  return (value): value is Value => {
    compiled ??= Compile(named, schema);
    return compiled.Check(value);
  };
}
