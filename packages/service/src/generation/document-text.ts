/**
 * The text that stands for a document: the chosen fields that it has, joined by one space, blank ones left out. A document with
 * none of them, or where none is chosen, gives all its fields, so that it is found rather than blank.
 */
export function documentTextOf(fields: Readonly<Record<string, string>>, chosen: readonly string[]): string {
  const present = chosen.filter((name) => Object.hasOwn(fields, name));
  const names = present.length > 0 ? present : Object.keys(fields);
  return names
    .map((name) => fields[name]!)
    .filter((text) => text.trim() !== '')
    .join(' ');
}
