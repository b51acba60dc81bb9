import { AttuneError } from '@attune/errors';

// biome-ignore lint/suspicious/noExplicitAny: a document of JSON, walked wherever it leads
type Json = any;

const prefix = '#/components/schemas/';

/**
 * Gives every schema of an OpenAPI document that has a title a place among the components, under that title, and refers to it where it
 * stood: generators of clients call their types by these names. A title with blanks is no name and stays where it is.
 *
 * @throws {AttuneError} INTERNAL when two different schemas have one title
 */
export function nameComponents(document: Json): Json {
  const named: Record<string, Json> = {};
  const place = (name: string, schema: Json): void => {
    if (name in named && JSON.stringify(named[name]) !== JSON.stringify(schema))
      throw new AttuneError('INTERNAL', `Expected one schema to be called ${name}, but there are two.`);
    named[name] = schema;
  };
  const walk = (node: Json): Json => {
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null) return node;
    const walked = membersOf(node);
    if (!isNamedSchema(node)) return walked;
    place(node.title, walked);
    return { $ref: prefix + node.title };
  };
  const membersOf = (node: Json): Json =>
    Object.fromEntries(
      Object.entries(node).map(([name, member]) => [
        name,
        // Examples are values, which may have titles of their own.
        name === 'example' || name === 'examples' ? member : walk(member),
      ]),
    );
  const { components, paths, ...rest } = document;
  for (const [name, schema] of Object.entries(components.schemas as Json)) place(name, membersOf(schema));
  const walkedPaths = walk(paths);
  return { ...rest, components: { ...components, schemas: sorted(named) }, paths: walkedPaths };
}

const isNamedSchema = ({ title, type, anyOf, allOf }: Json): boolean =>
  typeof title === 'string' && /^[A-Z]\w*$/.test(title) && (type ?? anyOf ?? allOf) !== undefined;

const sorted = (record: Record<string, Json>): Record<string, Json> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
