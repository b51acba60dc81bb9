/** What the checks of the components of tokenizer.json share: lists in one another, flags, texts and patterns. */
import type { AttuneError } from '@attune/errors';
import { JsonFields } from '../../files/json-fields.js';
import { problemOfPattern } from './check-pattern.js';

/** A component as it is handed to the tokenizers library: the keys that were looked at, in JSON. */
export type Json = Record<string, unknown>;

const mostParts = 256;
const mostDepth = 4;
const mostPatternCharacters = 1000;

export function unknownType(fields: JsonFields, type: string): AttuneError {
  return fields.invalid(
    `"type" is ${JSON.stringify(type)}, which is not known: the tokeniser cannot be built`,
  );
}

/** The parts of a sequence, each checked. */
export function listOf(
  fields: JsonFields,
  key: string,
  depth: number,
  check: (part: JsonFields) => Json,
): Json[] {
  const parts = fields.array(key);
  if (parts.length > mostParts)
    throw fields.invalid(`"${key}" has ${parts.length} entries; at most ${mostParts} are read`);
  if (depth >= mostDepth) throw fields.invalid('sequences lie in one another too deep');
  return parts.map((part, i) => check(new JsonFields(part, `${fields.where}, "${key}"[${i}]`)));
}

/** A flag by its key; where it may be left out, it stays out. */
export function flag(fields: JsonFields, key: string, otherwise?: boolean): Json {
  if (otherwise !== undefined && !fields.has(key)) return {};
  return { [key]: fields.boolean(key) };
}

/** A text of a length that says something. */
export function shortText(fields: JsonFields, key: string, mostCharacters: number): string {
  const text = fields.string(key);
  if (text.length > mostCharacters)
    throw fields.invalid(`"${key}" has ${text.length} characters; at most ${mostCharacters} are read`);
  return text;
}

/** A text of one character. */
export function character(fields: JsonFields, key: string): Json {
  const text = fields.string(key);
  if ([...text].length !== 1)
    throw fields.invalid(`"${key}" should be one character, but is ${JSON.stringify(text.slice(0, 80))}`);
  return { [key]: text };
}

/** One of some words. */
export function word(fields: JsonFields, key: string, words: readonly string[], otherwise?: string): Json {
  if (otherwise !== undefined && !fields.has(key)) return {};
  const text = fields.string(key);
  if (!words.includes(text))
    throw fields.invalid(
      `"${key}" is ${JSON.stringify(text.slice(0, 80))}, but should be one of ${words.join(', ')}`,
    );
  return { [key]: text };
}

export const delimiterBehaviours = [
  'Removed',
  'Isolated',
  'MergedWithPrevious',
  'MergedWithNext',
  'Contiguous',
];

export interface FoundPattern {
  pattern: { String: string } | { Regex: string };
  /** Characters that it takes at least. */
  least: number;
  /** The text itself; undefined for a regular expression. */
  found: string | undefined;
}

/** What a step looks for: a text or a regular expression. */
export function patternOf(fields: JsonFields): FoundPattern {
  const pattern = fields.object('pattern');
  if (pattern.has('Regex')) {
    const source = pattern.string('Regex');
    const problem = problemOfPattern(source);
    if (problem !== undefined)
      throw pattern.invalid(
        `the regular expression ${JSON.stringify(source.slice(0, 80))} is not supported: ${problem}`,
      );
    return { pattern: { Regex: source }, least: 1, found: undefined };
  }
  const found = shortText(pattern, 'String', mostPatternCharacters);
  if (found === '') throw pattern.invalid('"String" is empty');
  return { pattern: { String: found }, least: [...found].length, found };
}
