import { AttuneError } from '@attune/errors';
import { parseJson as parsedJson } from '@attune/files';

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON object of a bundle, read field by field; whatever is wrong is said with file and key. */
export class JsonFields {
  readonly value: JsonObject;
  /** File, and the place within it, in messages. */
  readonly where: string;

  constructor(value: unknown, where: string) {
    this.where = where;
    if (!isObject(value)) throw this.invalid(`expected a JSON object, but found ${shown(value)}`);
    this.value = value;
  }

  static parse(text: string, where: string): JsonFields {
    return new JsonFields(parseJson(text, where), where);
  }

  invalid(problem: string): AttuneError {
    return new AttuneError('BUNDLE_INVALID', `${this.where}: ${sentence(problem)}`);
  }

  unsupported(problem: string): AttuneError {
    return new AttuneError('BUNDLE_UNSUPPORTED', `${this.where}: ${sentence(problem)}`);
  }

  has(key: string): boolean {
    return Object.hasOwn(this.value, key) && this.value[key] !== null;
  }

  /** The value, or undefined where it is absent or null. */
  get(key: string): unknown {
    return this.has(key) ? this.value[key] : undefined;
  }

  string(key: string, otherwise?: string): string {
    const value = this.get(key) ?? otherwise;
    if (typeof value !== 'string') throw this.#wrong(key, 'a text');
    return value;
  }

  boolean(key: string, otherwise?: boolean): boolean {
    const value = this.get(key) ?? otherwise;
    if (typeof value !== 'boolean') throw this.#wrong(key, 'true or false');
    return value;
  }

  integer(key: string, min: number, otherwise?: number): number {
    const value = this.get(key) ?? otherwise;
    if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > 2 ** 31 - 1) {
      throw this.#wrong(key, `a whole number from ${min}`);
    }
    return value as number;
  }

  number(key: string, otherwise?: number): number {
    const value = this.get(key) ?? otherwise;
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.#wrong(key, 'a number');
    return value;
  }

  object(key: string): JsonFields {
    return new JsonFields(this.get(key), `${this.where}, "${key}"`);
  }

  array(key: string): unknown[] {
    const value = this.get(key);
    if (!Array.isArray(value)) throw this.#wrong(key, 'a list');
    return value;
  }

  strings(key: string): string[] {
    const value = this.array(key);
    if (!value.every((item) => typeof item === 'string')) throw this.#wrong(key, 'a list of texts');
    return value;
  }

  #wrong(key: string, expected: string): AttuneError {
    return this.invalid(`"${key}" should be ${expected}, but is ${shown(this.value[key])}`);
  }
}

/** @throws {AttuneError} BUNDLE_INVALID */
export function parseJson(text: string, where: string): unknown {
  try {
    return parsedJson(text);
  } catch (cause) {
    throw new AttuneError('BUNDLE_INVALID', `${where}: expected JSON, but ${(cause as Error).message}.`, {
      cause,
    });
  }
}

function sentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

/** A value in a message: no longer than a line. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
