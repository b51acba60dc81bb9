import { isUtf8 } from 'node:buffer';
import { HttpError } from './errors.js';

/** Members, lists and objects of one text. Each takes tens of bytes of heap, and reading a million holds its thread for a second. */
const mostParts = 100_000;

/**
 * Reads JSON from a stranger: of limited depth, because what recurses over it later would run out of stack; of limited parts, because all are
 * read in one go; and without `__proto__`, which would be copied into a prototype by whoever merges it.
 *
 * @param what   named in the error, such as `the body` or `line 12`
 * @param parse  JSON.parse, or one that keeps more of the text
 * @throws {HttpError} 400 INVALID_ARGUMENT
 */
export function parseJson(
  bytes: Buffer,
  what: string,
  maxDepth: number,
  parse: (text: string) => unknown = JSON.parse,
): unknown {
  if (!isUtf8(bytes)) throw invalid(`Expected ${what} to be UTF-8, but it holds bytes that are not.`);
  const text = bytes.toString('utf8');
  const outgrown = outgrownLimit(text, maxDepth);
  if (outgrown === 'depth')
    throw invalid(`Expected ${what} to nest at most ${maxDepth} levels deep, but it is deeper.`);
  if (outgrown === 'parts') {
    throw invalid(
      `Expected ${what} to have at most ${mostParts.toLocaleString('en')} members, lists and objects, but it has more. Send it in parts.`,
    );
  }
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw invalid(`Expected ${what} to be JSON, but ${placeOf(error as SyntaxError)}.`);
  }
  // Only an escape can hide the name from the first test; most texts are done here.
  if ((text.includes('__proto__') || text.includes('\\u')) && hasProtoKey(value)) {
    throw invalid(`Expected ${what} to have no member called __proto__, but it has one.`);
  }
  return value;
}

function invalid(message: string): HttpError {
  return new HttpError(400, 'INVALID_ARGUMENT', message);
}

/** V8's message quotes the text around the fault; only where it is may be told. */
function placeOf(error: SyntaxError): string {
  const position = /at position (\d+)/.exec(error.message)?.[1];
  if (position !== undefined) return `at character ${position} it is not`;
  return error.message.startsWith('Unexpected end') ? 'it ends too early' : 'it is not';
}

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;

/** Which limit a text goes beyond: one pass over its characters, strings left out. */
function outgrownLimit(text: string, maxDepth: number): 'depth' | 'parts' | undefined {
  if (text.length <= maxDepth) return undefined;
  let depth = 0;
  let parts = 0;
  for (let at = 0; at < text.length; ++at) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      // indexOf is many times faster than this loop, and texts are most of a body.
      do at = text.indexOf('"', at + 1);
      while (at !== -1 && isEscaped(text, at));
      if (at === -1) return undefined; // no JSON anyway
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > maxDepth) return 'depth';
      if (++parts > mostParts) return 'parts';
    } else if (code === 0x7d || code === 0x5d) {
      --depth;
    } else if (code === colon && ++parts > mostParts) {
      return 'parts';
    }
  }
  return undefined;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === backslash) ++backslashes;
  return backslashes % 2 === 1;
}

function hasProtoKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasProtoKey);
  return Object.keys(value).includes('__proto__') || Object.values(value).some(hasProtoKey);
}

/** @throws {HttpError} 415 for another charset than UTF-8, which is the only one that JSON has */
export function checkCharset(contentType: string | undefined): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType ?? '')?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    throw new HttpError(
      415,
      'INVALID_ARGUMENT',
      'Expected a body in UTF-8, but its Content-Type names another charset.',
    );
  }
}
