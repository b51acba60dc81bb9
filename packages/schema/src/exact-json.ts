/** Sixteen digits in a row, not behind a decimal point: shorter integers are exact as numbers. */
const manyDigits = /(?:^|[^\d.])\d{16}/;
const numeral = /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y;

/**
 * JSON.parse that keeps every digit of integers. An integer beyond 2^53, which a number would round, becomes
 * `ofDigits(digits)`: a bigint, unless you give another function. All other values are as JSON.parse makes them.
 *
 * A text without sixteen digits in a row costs one search more than JSON.parse.
 *
 * @param ofDigits  gets the digits as they are written, with their sign and without a fraction of zeros
 * @throws {SyntaxError} as JSON.parse
 */
export function parseExactJson(
  text: string,
  ofDigits: (digits: string) => bigint | string | number = BigInt,
): unknown {
  if (!manyDigits.test(text)) return JSON.parse(text);
  const control = unusedControl(text);
  const marked = control === undefined ? text : markIntegers(text, `"\\u${control}`);
  if (control === undefined || marked === text) return JSON.parse(text);
  try {
    return withIntegers(JSON.parse(marked), String.fromCharCode(Number.parseInt(control, 16)), ofDigits);
  } catch (error) {
    // The text is no JSON either way; its own error names the right position.
    JSON.parse(text);
    throw error;
  }
}

/**
 * A control character that stands in no string of the text, as four hexadecimal digits: a string that begins with it is
 * then one of ours. JSON can hold control characters only as escapes.
 */
function unusedControl(text: string): string | undefined {
  return ['0001', '0002', '0003'].find((digits) => !text.includes(`\\u${digits}`));
}

/** The text with every integer that a number would round written as a string that begins with `opening`. */
function markIntegers(text: string, opening: string): string {
  let marked = '';
  let copied = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at = endOfString(text, at);
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      numeral.lastIndex = at;
      const written = numeral.exec(text)?.[0];
      if (written === undefined) return text;
      if (isRounded(written)) {
        marked += `${text.slice(copied, at)}${opening}${written.replace(/\.0+$/, '')}"`;
        copied = at + written.length;
      }
      at += written.length;
    } else {
      at += 1;
    }
  }
  return marked === '' ? text : marked + text.slice(copied);
}

function isRounded(written: string): boolean {
  return written.length > 15 && /^-?[1-9]\d*(\.0+)?$/.test(written) && !Number.isSafeInteger(Number(written));
}

/** The place behind the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  let at = start;
  do at = text.indexOf('"', at + 1);
  while (at !== -1 && isEscaped(text, at));
  return at === -1 ? text.length : at + 1;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes += 1;
  return backslashes % 2 === 1;
}

function withIntegers(value: unknown, mark: string, ofDigits: (digits: string) => unknown): unknown {
  if (typeof value === 'string') return value.startsWith(mark) ? ofDigits(value.slice(1)) : value;
  if (typeof value !== 'object' || value === null) return value;
  const members = value as Record<string, unknown>;
  for (const name of Object.keys(members)) {
    const member = members[name];
    const exact = withIntegers(member, mark, ofDigits);
    if (exact !== member) members[name] = exact;
  }
  return value;
}
