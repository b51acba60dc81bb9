/** More than anybody writes; what walks over values level by level runs out of stack at some thousands. */
const mostLevels = 200;

/**
 * JSON.parse for files that strangers may have written: whoever walks over the value, such as JSON.stringify, has stack enough.
 *
 * @throws {SyntaxError} also where it nests deeper than 200 levels
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  checkDepth(text);
  return value;
}

const quote = 0x22;
const backslash = 0x5c;

/** @throws {SyntaxError} where a text of JSON nests deeper than 200 levels */
export function checkDepth(text: string): void {
  let level = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case quote:
        i = endOfString(text, i);
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++level > mostLevels) throw new SyntaxError(`it nests deeper than ${mostLevels} levels`);
        break;
      case 0x5d: // ]
      case 0x7d: // }
        level--;
    }
  }
}

/** Where the string ends that begins with the quote at `begin`; a text that is no JSON may end before. */
function endOfString(text: string, begin: number): number {
  let end = begin;
  let escapes: number;
  do {
    end = text.indexOf('"', end + 1);
    if (end < 0) return text.length;
    escapes = 0;
    while (text.charCodeAt(end - escapes - 1) === backslash) escapes++;
  } while (escapes % 2 === 1);
  return end;
}
