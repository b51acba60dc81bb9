import { AttuneError } from '@attune/errors';
import type { DocumentWrite } from '@attune/store';
import { loneSurrogate } from '../generation/search-item.js';

/** What one document may be. */
export const documentLimits = {
  idCharacters: 512,
  fields: 64,
  attributes: 64,
  nameCharacters: 256,
  /** UTF-8, of all its text together. */
  textBytes: 2 ** 20,
};

/** @throws {AttuneError} INVALID_ARGUMENT naming the first write that is wrong, by its place */
export function checkWrites(writes: readonly DocumentWrite[]): void {
  for (const [i, write] of writes.entries()) {
    const wrong = wrongWrite(write);
    if (wrong !== undefined) throw new AttuneError('INVALID_ARGUMENT', `Document ${i}: expected ${wrong}.`);
  }
}

/** What was expected of a write; undefined where nothing is wrong with it. */
export function wrongWrite(write: DocumentWrite): string | undefined {
  if (typeof write !== 'object' || write === null) return 'an object';
  const { op, id } = write;
  if (op !== 'upsert' && op !== 'patch' && op !== 'delete')
    return `op to be upsert, patch or delete, but received ${JSON.stringify(op)}`;
  const wrongId = wrongIdOf(id);
  if (wrongId !== undefined || op === 'delete') return wrongId;
  const { fields = {}, attributes = {} } = write;
  if (op === 'upsert' && !isRecord(write.fields)) return 'fields to be an object of texts';
  if (!isRecord(fields) || !isRecord(attributes)) return 'fields and attributes to be objects';
  return wrongFields(fields, op === 'patch') ?? wrongAttributes(attributes, op === 'patch');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const controlCharacter = /[\x00-\x1f\x7f-\x9f]/;

function wrongIdOf(id: unknown): string | undefined {
  if (typeof id !== 'string' || id.length === 0 || id.length > documentLimits.idCharacters)
    return `id to be a text of 1 to ${documentLimits.idCharacters} characters`;
  if (controlCharacter.test(id) || loneSurrogate.test(id))
    return 'id to have no control characters and no lone surrogates';
  return undefined;
}

function wrongFields(fields: Record<string, unknown>, isPatch: boolean): string | undefined {
  const names = Object.keys(fields);
  if (names.length > documentLimits.fields)
    return `at most ${documentLimits.fields} fields, but received ${names.length}`;
  let bytes = 0;
  for (const name of names) {
    const wrong = wrongName(name);
    if (wrong !== undefined) return wrong;
    const text = fields[name];
    if (isPatch && text === null) continue;
    if (typeof text !== 'string')
      return `field ${JSON.stringify(name)} to be a text${isPatch ? ' or null' : ''}, but received ${typeof text}`;
    if (loneSurrogate.test(text)) return `field ${JSON.stringify(name)} to have no lone surrogate`;
    bytes += Buffer.byteLength(text);
  }
  if (bytes > documentLimits.textBytes)
    return `at most ${documentLimits.textBytes} bytes of text, but received ${bytes}`;
  return undefined;
}

function wrongAttributes(attributes: Record<string, unknown>, isPatch: boolean): string | undefined {
  const names = Object.keys(attributes);
  if (names.length > documentLimits.attributes)
    return `at most ${documentLimits.attributes} attributes, but received ${names.length}`;
  let bytes = 0;
  for (const name of names) {
    const wrong = wrongName(name);
    if (wrong !== undefined) return wrong;
    const value = attributes[name];
    if ((isPatch && value === null) || typeof value === 'boolean') continue;
    if (typeof value === 'number' ? !Number.isFinite(value) : typeof value !== 'string')
      return `attribute ${JSON.stringify(name)} to be a text, a finite number or a boolean`;
    if (typeof value === 'number') continue;
    if (loneSurrogate.test(value as string))
      return `attribute ${JSON.stringify(name)} to have no lone surrogate`;
    bytes += Buffer.byteLength(value as string);
  }
  if (bytes > documentLimits.textBytes)
    return `at most ${documentLimits.textBytes} bytes of attributes, but received ${bytes}`;
  return undefined;
}

function wrongName(name: string): string | undefined {
  const wrong =
    name === '' ||
    name.length > documentLimits.nameCharacters ||
    name === '__proto__' ||
    loneSurrogate.test(name);
  return wrong
    ? `names of 1 to ${documentLimits.nameCharacters} whole characters, but received ${JSON.stringify(name.slice(0, 80))}`
    : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
