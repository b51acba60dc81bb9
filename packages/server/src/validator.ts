import { findingsOf, SchemaError, withoutNullMembers } from '@attune/schema';
import type { TSchema } from '@attune/schema/typebox';
import { Compile, Value } from '@attune/schema/typebox';
import type { FastifySchemaCompiler } from 'fastify';
import { shared } from './schemas/shared.js';

/**
 * Checks a part of a request against its schema, in generated code. Texts of a query string become the numbers and booleans that their
 * schema asks for; all else is taken as it is, because looking for what to convert costs more than the check. A body's optional members
 * that are null are left out, once the check has refused them.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart = 'body' }) => {
  const check = Compile(shared, schema);
  const convert = httpPart === 'querystring';
  return (input: unknown) => {
    const value = convert ? Value.Convert(shared, schema, input) : input;
    if (check.Check(value)) return { value };
    const given = withoutNullMembers(schema, value, shared);
    if (given !== value && check.Check(given)) return { value: given };
    return { error: new SchemaError(findingsOf(schema, given, shared), partName[httpPart] ?? httpPart) };
  };
};

const partName: Record<string, string> = {
  body: 'the body',
  querystring: 'the query string',
  params: 'the path',
  headers: 'the headers',
};
