import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { type Finding, HttpError } from './errors.js';
import { shared } from './schemas/shared.js';

/**
 * Checks a part of a request against its schema, in generated code. Texts of a query string become the numbers and booleans that their
 * schema asks for; all else is taken as it is, because looking for what to convert costs more than the check.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(shared, schema);
  const convert = httpPart === 'querystring';
  return (input: unknown) => {
    const value = convert ? Value.Convert(shared, schema, input) : input;
    return check.Check(value) ? { value } : { error: invalid(check.Errors(value), httpPart ?? 'body') };
  };
};

type SchemaError = ReturnType<ReturnType<typeof Compile>['Errors']>[number];

export function invalid(errors: readonly SchemaError[], part: string): HttpError {
  const findings: Finding[] = [];
  const add = (pointer: string, detail: string): void => {
    if (!findings.some((finding) => finding.pointer === pointer && finding.detail === detail)) {
      findings.push({ pointer, detail });
    }
  };
  for (const { keyword, schemaPath, instancePath, message, params } of errors) {
    const names = (params as { additionalProperties?: readonly string[] }).additionalProperties;
    const union = schemaPath.indexOf('/anyOf');
    if (union !== -1)
      add(placeOfUnion(errors, schemaPath.slice(0, union)), 'has none of the forms that it may have');
    else if (names !== undefined)
      add(instancePath, `may not have ${names.slice(0, 8).map(quoted).join(', ')}`);
    else if (keyword !== 'boolean') add(instancePath, message); // what is no member is said by its name already
  }
  const first = findings[0] ?? { pointer: '', detail: 'does not match' };
  return new HttpError(
    400,
    'INVALID_ARGUMENT',
    `Expected ${partName[part] ?? part} to be as /openapi.json says, but ${first.pointer || 'it'} ${first.detail}.`,
    { findings },
  );
}

/** Where a union stands: each of its forms is complained of in turn, the union itself only if there is room. */
function placeOfUnion(errors: readonly SchemaError[], schemaPath: string): string {
  const within = errors.filter((error) => error.schemaPath.startsWith(schemaPath));
  return within.reduce(
    (shortest, { instancePath }) => (instancePath.length < shortest.length ? instancePath : shortest),
    within[0]!.instancePath,
  );
}

const quoted = (name: string): string => JSON.stringify(name.slice(0, 64));

const partName: Record<string, string> = {
  body: 'the body',
  querystring: 'the query string',
  params: 'the path',
  headers: 'the headers',
};
