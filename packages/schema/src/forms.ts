import { isOfType, isRecord, type Node } from './node.js';
import type { TSchema } from './typebox.js';

/** Schemas by the names that `$ref` calls them. */
export type NamedSchemas = Record<string, TSchema>;

/** What values a schema has forms for: those of a union, or its own. */
export class Forms {
  readonly #named: NamedSchemas;
  readonly #ofUnion = new Map<Node, Node[]>();

  /** @param named  the schemas that others refer to */
  constructor(named: NamedSchemas) {
    this.#named = named;
  }

  /** The forms of a union, those of the unions in it among them; of any other schema, that schema. */
  of(schema: Node): Node[] {
    const union = this.resolved(schema);
    if (union.anyOf === undefined) return [union];
    let forms = this.#ofUnion.get(union);
    if (forms === undefined) {
      forms = union.anyOf.flatMap((form) => this.of(form));
      this.#ofUnion.set(union, forms);
    }
    return forms;
  }

  resolved(schema: Node): Node {
    return schema.$ref === undefined ? schema : (this.#named[schema.$ref] as Node);
  }
}

/** How unlike a form a value is: by its members, whatever they hold; not at all like it where it is of another type. */
export function distanceOf(form: Node, value: unknown): number {
  if (!isOfType(value, form.type) || ('const' in form && form.const !== value))
    return Number.POSITIVE_INFINITY;
  if (!isRecord(value)) return 0;
  const { properties = {}, additionalProperties, minProperties = 0 } = form;
  const names = Object.getOwnPropertyNames(value);
  const missing = missingOf(form, value);
  const others =
    additionalProperties === false ? names.filter((name) => !Object.hasOwn(properties, name)) : [];
  const tags = Object.keys(properties).filter((name) => 'const' in properties[name]!);
  const otherTags = tags.filter(
    (name) =>
      missing.includes(name) || (value[name] !== undefined && value[name] !== properties[name]!.const),
  );
  return 100 * otherTags.length + missing.length + others.length + Number(names.length < minProperties);
}

/** The forms that a value is most like: none where it is of another type than all. */
export function nearestForms(forms: readonly Node[], value: unknown): Node[] {
  return leastBy(forms, (form) => distanceOf(form, value)).filter(
    (form) => distanceOf(form, value) !== Number.POSITIVE_INFINITY,
  );
}

/** Those of which a number is least. */
export function leastBy<T>(items: readonly T[], numberOf: (item: T) => number): T[] {
  const numbers = items.map(numberOf);
  const least = Math.min(...numbers);
  return items.filter((_, i) => numbers[i] === least);
}

/** The members that a form asks for and a record lacks. */
export const missingOf = ({ required = [] }: Node, record: Record<string, unknown>): string[] =>
  required.filter((name) => !Object.hasOwn(record, name));
