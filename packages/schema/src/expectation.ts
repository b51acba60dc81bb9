import { counted } from '@attune/errors';
import { didYouMean } from './nearest-name.js';
import { isOfType, isRecord, type Node } from './node.js';

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a finite number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
};

/**
 * What a value was expected to be and what came instead, its parts left aside; undefined where it is as the schema says.
 *
 * @param subject  said before the length of a text that is none of the value's own: `a name of `, say
 */
export function expectationOf(schema: Node, value: unknown, subject = ''): string | undefined {
  const expected = expectedOf(schema, value, subject);
  return expected === undefined ? undefined : `${expected}, but received ${shown(value)}`;
}

function expectedOf(schema: Node, value: unknown, subject: string): string | undefined {
  if (!isOfType(value, schema.type)) return `to be ${typeNames[schema.type!] ?? schema.type}`;
  if ('const' in schema && value !== schema.const) return `to be ${JSON.stringify(schema.const)}`;
  if (typeof value === 'string') {
    const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = schema;
    const length = charactersOf(value, maxLength);
    if (length < minLength) return `to have ${subject}at least ${counted(minLength, 'character')}`;
    if (length > maxLength) return `to have ${subject}at most ${counted(maxLength, 'character')}`;
    if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) return `to match ${pattern}`;
  } else if (typeof value === 'number') {
    if (value < (schema.minimum ?? value)) return `to be at least ${schema.minimum}`;
    if (value > (schema.maximum ?? value)) return `to be at most ${schema.maximum}`;
  } else if (Array.isArray(value)) {
    const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
    if (value.length < minItems) return `to have at least ${counted(minItems, 'entry', 'entries')}`;
    if (value.length > maxItems) return `to have at most ${counted(maxItems, 'entry', 'entries')}`;
  } else if (isRecord(value)) {
    const { minProperties = 0, maxProperties = Number.POSITIVE_INFINITY } = schema;
    const count = Object.getOwnPropertyNames(value).length;
    if (count < minProperties) return `to have at least ${counted(minProperties, 'member')}`;
    if (count > maxProperties) return `to have at most ${counted(maxProperties, 'member')}`;
  }
  return undefined;
}

/** What a value of one of several forms is expected to be, where it is like none of them. */
export function expectationOfForms(forms: readonly Node[], value: unknown): string {
  const shapes = isRecord(value) ? forms.filter(({ type }) => type === 'object') : [];
  const names =
    shapes.length > 0 ? shapes.map(({ properties = {} }) => membersOf(properties)) : forms.map(nameOf);
  const received = isRecord(value) ? membersOf(value) : shown(value);
  const hint = typeof value === 'string' ? didYouMean(value, forms.map(literalOf)) : '';
  return `to be ${listed([...new Set(names)], 'or')}, but received ${received}${hint}`;
}

const nameOf = (form: Node): string =>
  'const' in form ? JSON.stringify(form.const) : (typeNames[form.type ?? ''] ?? 'another value');

const literalOf = (form: Node): string => (typeof form.const === 'string' ? form.const : '');

function membersOf(value: object): string {
  const names = Object.keys(value);
  const shortened = names.slice(0, 8).map((name) => name.slice(0, 40));
  return names.length === 0 ? 'an empty object' : `{ ${shortened.join(', ')} }`;
}

/** A value in a few words; short texts as they are. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string')
    return value.length <= 60
      ? JSON.stringify(value)
      : `a text of ${counted(charactersOf(value), 'character')}`;
  if (Array.isArray(value))
    return value.length === 0 ? 'an empty list' : `a list of ${counted(value.length, 'entry', 'entries')}`;
  if (typeof value === 'object' && value !== null)
    return `an object of ${counted(Object.keys(value).length, 'member')}`;
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  return String(value);
}

export function listed(items: readonly string[], word: 'and' | 'or'): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}`;
}

/** Code points; where even the code units are no more than `enough`, these. */
function charactersOf(text: string, enough = 0): number {
  if (text.length <= enough || !/[\ud800-\udbff]/.test(text)) return text.length;
  let pairs = 0;
  // Not by iterating over the text, which makes a text of each character.
  for (let at = 0; at + 1 < text.length; ++at) {
    const isPair = (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
    if (isPair) {
      ++pairs;
      ++at;
    }
  }
  return text.length - pairs;
}
