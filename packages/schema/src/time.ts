/**
 * Milliseconds since 1970 of an ISO 8601 text (an offset may be missing: UTC) or of a number or numeral since 1970; NaN when neither.
 *
 * A number's unit follows from its size: seconds below 1e11, then milliseconds below 1e14, microseconds below 1e17, nanoseconds. Each
 * covers 1973 to 5138, so that times of our age are told apart.
 */
export function timeOfValue(value: unknown): number {
  if (typeof value === 'number' || typeof value === 'bigint') return timeOfNumber(Number(value));
  if (typeof value !== 'string') return Number.NaN;
  const text = value.trim();
  if (isEpochNumeral(text)) return timeOfNumber(Number(text));
  const withColon = text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2');
  const hasZone = /(z|[+-]\d\d:\d\d)$/i.test(withColon);
  return Date.parse(hasZone || !/\d[t ]\d/i.test(withColon) ? withColon : `${withColon}Z`);
}

/** Whether a text is a number since 1970, which eight digits are not: they are a date without hyphens. */
export function isEpochNumeral(text: string): boolean {
  return /^\d{9,19}(\.\d+)?$/.test(text);
}

function timeOfNumber(value: number): number {
  if (value < 1e11) return value * 1000;
  if (value < 1e14) return value;
  return value < 1e17 ? value / 1000 : value / 1e6;
}
