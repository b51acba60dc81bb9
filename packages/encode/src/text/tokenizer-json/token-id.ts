import type { JsonFields } from '../../files/json-fields.js';

/** @throws {AttuneError} BUNDLE_INVALID where an id has no row in the token table */
export function checkId(fields: JsonFields, key: string, id: unknown, rows: number): void {
  if (Number.isSafeInteger(id) && (id as number) >= 0 && (id as number) < rows) return;
  throw fields.invalid(
    `"${key}" gives the id ${JSON.stringify(id)}, but the model's token table has ${rows} rows. ` +
      'Do tokenizer and weights belong together?',
  );
}
