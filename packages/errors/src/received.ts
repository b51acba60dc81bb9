/** A value as a message of a wrong argument names it: a number as it is, a text in quotes, else what kind of thing it is. */
export function received(value: unknown): string {
  if (typeof value === 'string') {
    const text = JSON.stringify(value);
    return text.length <= 80 ? text : `a text of ${value.length.toLocaleString('en')} characters`;
  }
  if (value === null || value === undefined || typeof value !== 'object') {
    return typeof value === 'function' ? 'a function' : String(value);
  }
  if (Array.isArray(value)) return 'a list';
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  return kind === 'Object' ? 'an object' : `a value of kind ${kind}`;
}
