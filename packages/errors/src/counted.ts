/**
 * A number with its noun, as messages say it: `1 pair`, `1,402 pairs`.
 *
 * @param many  the plural, where it is not the singular with an s
 */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
