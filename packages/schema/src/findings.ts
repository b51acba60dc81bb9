import type { TSchema } from 'typebox';
import { expectationOf, expectationOfForms, listed, shown } from './expectation.js';
import { isOfType, isRecord, type Node } from './node.js';
import type { Finding } from './schema-error.js';

/** Schemas by the names that `$ref` calls them. */
export type NamedSchemas = Record<string, TSchema>;

/** Of one value; the first ones say enough. */
const maxFindings = 8;

/**
 * What is wrong with a value that a schema refuses, by place: at least one finding, and at most 8. Of a union, the form is looked at
 * that the value is most like: what all forms complain of says nothing. It takes time in proportion to the value's size, so it is
 * not the compiler's own list of errors, which looks at every form of every union.
 *
 * @param named  the schemas that it refers to
 */
export function findingsOf(schema: TSchema, value: unknown, named: NamedSchemas = {}): Finding[] {
  const findings: Finding[] = [];
  for (const finding of new Walk(named).at(schema as Node, value, '')) {
    findings.push(finding);
    if (findings.length === maxFindings) break;
  }
  return findings.length > 0 ? findings : [{ pointer: '', expectation: 'to be as its schema says' }];
}

/** Looks at a value and its schema side by side. `pointer` is the place of the value in the whole one. */
class Walk {
  readonly #named: NamedSchemas;
  readonly #formsOfUnion = new Map<Node, Node[]>();

  constructor(named: NamedSchemas) {
    this.#named = named;
  }

  *at(schema: Node, value: unknown, pointer: string, subject = ''): Generator<Finding> {
    let isRight = true;
    for (const finding of this.#apartFromRefinements(schema, value, pointer, subject)) {
      isRight = false;
      yield finding;
    }
    if (!isRight) return; // a refinement expects a value that is right but for it
    for (const { check, error } of schema['~refine'] ?? []) {
      if (!check(value)) yield { pointer, expectation: error(value) };
    }
  }

  *#apartFromRefinements(schema: Node, value: unknown, pointer: string, subject: string): Generator<Finding> {
    if (schema.$ref !== undefined) yield* this.at(this.#resolved(schema), value, pointer);
    for (const part of schema.allOf ?? []) yield* this.at(part, value, pointer);
    if (schema.anyOf !== undefined) yield* this.#union(this.#formsOf(schema), value, pointer);
    const expectation = expectationOf(schema, value, subject);
    if (expectation !== undefined) yield { pointer, expectation };
    else if (Array.isArray(value)) yield* this.#entries(schema, value, pointer);
    else if (isRecord(value)) yield* this.#members(schema, value, pointer);
  }

  *#entries({ items }: Node, list: readonly unknown[], pointer: string): Generator<Finding> {
    if (items === undefined) return;
    for (const [place, entry] of list.entries()) yield* this.at(items, entry, `${pointer}/${place}`);
  }

  *#members(schema: Node, record: Record<string, unknown>, pointer: string): Generator<Finding> {
    const { properties = {}, patternProperties = {}, additionalProperties = true, propertyNames } = schema;
    const missing = missingOf(schema, record);
    if (missing.length > 0) {
      const them = missing.length > 1 ? 'them' : 'it';
      yield { pointer, expectation: `to have ${listed(missing, 'and')}, but it lacks ${them}` };
    }
    for (const name of Object.getOwnPropertyNames(record)) {
      const value = record[name];
      const place = `${pointer}/${stepOf(name)}`;
      if (propertyNames !== undefined) yield* this.at(propertyNames, name, place, 'a name of ');
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
      if (property !== undefined) {
        const isOptional = !schema.required?.includes(name);
        if (value !== undefined || !isOptional) yield* this.at(property, value, place);
        continue;
      }
      const patterns = Object.keys(patternProperties).filter((each) => new RegExp(each, 'u').test(name));
      for (const pattern of patterns) yield* this.at(patternProperties[pattern]!, value, place);
      if (patterns.length > 0) continue;
      if (additionalProperties === false)
        yield { pointer, expectation: `to have no member called ${shown(name)}, but it has one` };
      else if (additionalProperties !== true) yield* this.at(additionalProperties, value, place);
    }
  }

  /** Of the form that the value is most like; of all, where several are. */
  *#union(forms: readonly Node[], value: unknown, pointer: string): Generator<Finding> {
    const tag = tagOf(forms, value);
    if (tag !== undefined) {
      yield { pointer: `${pointer}/${tag.name}`, expectation: tag.expectation };
      return;
    }
    const distances = forms.map((form) => distanceOf(form, value));
    const least = Math.min(...distances);
    const nearest = forms.filter((_, i) => distances[i] === least && least !== Number.POSITIVE_INFINITY);
    if (nearest.length === 1) yield* this.at(nearest[0]!, value, pointer);
    else if (!nearest.some((form) => this.at(form, value, pointer).next().done))
      yield { pointer, expectation: expectationOfForms(forms, value) };
  }

  /** The forms of a union, those of the unions in it among them. */
  #formsOf(schema: Node): Node[] {
    const union = this.#resolved(schema);
    if (union.anyOf === undefined) return [union];
    let forms = this.#formsOfUnion.get(union);
    if (forms === undefined) {
      forms = union.anyOf.flatMap((form) => this.#formsOf(form));
      this.#formsOfUnion.set(union, forms);
    }
    return forms;
  }

  #resolved(schema: Node): Node {
    return schema.$ref === undefined ? schema : (this.#named[schema.$ref] as Node);
  }
}

/** A member by which all forms are told apart, where the value has another than theirs. */
function tagOf(forms: readonly Node[], value: unknown): { name: string; expectation: string } | undefined {
  if (!isRecord(value)) return undefined;
  for (const name of Object.keys(forms[0]?.properties ?? {})) {
    const tags = forms.map(({ properties }) => properties?.[name] ?? {});
    const given = value[name];
    if (given === undefined || !tags.every((tag) => 'const' in tag && tag.const !== given)) continue;
    return { name, expectation: expectationOfForms(tags, given) };
  }
  return undefined;
}

/** How unlike a form a value is: by its members, whatever they hold; not at all like it where it is of another type. */
function distanceOf(form: Node, value: unknown): number {
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

const missingOf = ({ required = [] }: Node, record: Record<string, unknown>): string[] =>
  required.filter((name) => !Object.hasOwn(record, name));

/** A name as a step of a JSON pointer (RFC 6901), shortened where it is as long as the body that it came in. */
function stepOf(name: string): string {
  const step = name.replaceAll('~', '~0').replaceAll('/', '~1');
  return step.length > 300 ? `${step.slice(0, 300)}…` : step;
}
