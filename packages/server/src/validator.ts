import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { type Finding, HttpError } from './errors.js';
import { shared } from './schemas/shared.js';

/**
 * Checks a part of a request against its schema, in generated code. A body is taken as it is; texts of path and query become the
 * numbers and booleans that their schema asks for.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(shared, schema);
  const convert = httpPart !== 'body';
  return (input: unknown) => {
    const value = convert ? Value.Convert(shared, schema, input) : input;
    return check.Check(value) ? { value } : { error: invalid(check.Errors(value), httpPart ?? 'body') };
  };
};

type SchemaError = ReturnType<ReturnType<typeof Compile>['Errors']>[number];

function invalid(errors: readonly SchemaError[], part: string): HttpError {
  const findings: Finding[] = [];
  for (const { keyword, instancePath, message, params } of errors) {
    if (keyword === 'boolean') continue; // said again, with the name, by additionalProperties
    const names = (params as { additionalProperties?: readonly string[] }).additionalProperties;
    findings.push({
      pointer: instancePath,
      detail:
        names === undefined
          ? message
          : `has no member ${names.map((name) => JSON.stringify(name.slice(0, 64))).join(', ')}`,
    });
  }
  const first = findings[0] ?? { pointer: '', detail: 'does not match the schema' };
  return new HttpError(
    400,
    'INVALID_ARGUMENT',
    `Expected the ${partName[part] ?? part} to match the route's schema in /openapi.json, but ${first.pointer || 'it'} ${first.detail}.`,
    { findings },
  );
}

const partName: Record<string, string> = { querystring: 'query string', params: 'path' };
