/** More than anybody writes; what walks over values level by level runs out of stack at some thousands. */
const mostLevels = 200;

/**
 * JSON.parse for files that strangers may have written: whoever walks over the value, such as JSON.stringify, has stack enough.
 *
 * @throws {SyntaxError} also where it nests deeper than 200 levels
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  checkDepth(value);
  return value;
}

/** @throws {SyntaxError} where a value of JSON nests deeper than 200 levels */
export function checkDepth(value: unknown): void {
  let holders: readonly object[] = isHolder(value) ? [value] : [];
  for (let level = 1; holders.length > 0; level++) {
    if (level > mostLevels) throw new SyntaxError(`it nests deeper than ${mostLevels} levels`);
    holders = holders.flatMap((holder) => Object.values(holder).filter(isHolder));
  }
}

const isHolder = (value: unknown): value is object => typeof value === 'object' && value !== null;
