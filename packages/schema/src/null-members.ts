import { distanceOf, Forms, type NamedSchemas, nearestForms } from './forms.js';
import { isOfType, isRecord, type Node } from './node.js';
import type { TSchema } from './typebox.js';

/**
 * A value without the optional members that are null, except where null means something to the schema. Clients that send every member
 * they know write null for what nobody set. The value itself is left as it is, and given back where it has no such member.
 *
 * @param named  the schemas that it refers to
 */
export function withoutNullMembers(schema: TSchema, value: unknown, named: NamedSchemas = {}): unknown {
  return new NullMembers(named).without(schema as Node, value);
}

class NullMembers {
  readonly #forms: Forms;

  constructor(named: NamedSchemas) {
    this.#forms = new Forms(named);
  }

  without(schema: Node, value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const forms = this.#forms.of(schema).filter(({ type }) => isOfType(value, type));
    if (Array.isArray(value)) return this.#ofEntries(forms, value);
    return isRecord(value) ? this.#ofMembers(forms, value) : value;
  }

  #ofEntries(forms: readonly Node[], list: readonly unknown[]): readonly unknown[] {
    const items = forms.find((form) => form.items !== undefined)?.items;
    if (items === undefined || !this.#mayHaveMembers(items)) return list;
    // It is refused anyway, and may be long.
    if (forms.every(({ maxItems = Number.POSITIVE_INFINITY }) => list.length > maxItems)) return list;
    const entries = list.map((entry) => this.without(items, entry));
    return entries.some((entry, place) => entry !== list[place]) ? entries : list;
  }

  #mayHaveMembers(schema: Node): boolean {
    return this.#forms
      .of(schema)
      .some(({ type }) => type === undefined || type === 'object' || type === 'array');
  }

  #ofMembers(forms: readonly Node[], record: Record<string, unknown>): Record<string, unknown> {
    const { form, absent } = this.#formOf(forms, record);
    if (form === undefined) return record;
    const { properties = {}, additionalProperties } = form;
    const others = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    let isChanged = absent.size > 0;
    const members: [string, unknown][] = [];
    for (const [name, member] of Object.entries(record)) {
      if (absent.has(name)) continue;
      const schema = Object.hasOwn(properties, name) ? properties[name] : others;
      const kept = schema === undefined ? member : this.without(schema, member);
      isChanged ||= kept !== member;
      members.push([name, kept]);
    }
    return isChanged ? Object.fromEntries(members) : record;
  }

  /** The form that a record is, and its members that are null and thus absent. A union may tell its forms apart by just these members. */
  #formOf(
    forms: readonly Node[],
    record: Record<string, unknown>,
  ): { form: Node | undefined; absent: ReadonlySet<string> } {
    const nulls = Object.keys(record).filter((name) => record[name] === null);
    const absentFrom = (form: Node) =>
      nulls.filter((name) => !form.required?.includes(name) && this.#isMeaningless(form, name));
    if (forms.length > 1) {
      const absent = nulls.filter(
        (name) =>
          forms.some((form) => this.#isMeaningless(form, name)) &&
          !forms.some((form) => isProperty(form, name) && !this.#isMeaningless(form, name)),
      );
      const rest = Object.fromEntries(Object.entries(record).filter(([name]) => !absent.includes(name)));
      const [form] = nearestForms(forms, rest);
      if (form !== undefined && distanceOf(form, rest) === 0) return { form, absent: new Set(absent) };
    }
    const [form] = nearestForms(forms, record);
    return { form, absent: new Set(form === undefined ? [] : absentFrom(form)) };
  }

  /** Whether a form has the member, and none of its values is null. */
  #isMeaningless(form: Node, name: string): boolean {
    return isProperty(form, name) && !this.#acceptsNull(form.properties![name]!);
  }

  #acceptsNull(schema: Node): boolean {
    const { allOf = [] } = schema;
    if (allOf.length > 0) return allOf.every((part) => this.#acceptsNull(part));
    return this.#forms
      .of(schema)
      .some(({ type, ...form }) => (type === undefined ? !('const' in form) : type === 'null'));
  }
}

const isProperty = ({ properties = {} }: Node, name: string): boolean => Object.hasOwn(properties, name);
