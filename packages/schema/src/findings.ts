import { expectationOf, expectationOfForms, listed, shown } from './expectation.js';
import { distanceOf, Forms, leastBy, missingOf, type NamedSchemas, nearestForms } from './forms.js';
import { didYouMean, nearestName } from './nearest-name.js';
import { isRecord, type Node } from './node.js';
import type { Finding } from './schema-error.js';
import type { TSchema } from './typebox.js';

/** Of one value; the first ones say enough. */
const maxFindings = 8;

/** Names of a record that are compared with those of its schema. */
const mostSlips = 32;

/** Values that are looked at: a body of millions would hold its thread for seconds. */
const mostValues = 20_000;
/** What an entry that is a number, a text or the like counts, because it is looked at faster than others. */
const plainShare = 1 / 20;

/** Members or entries by which it is told which form of a union is meant. */
const mostPlaces = 100;

/**
 * What is wrong with a value that a schema refuses, by place: at least one finding, and at most 8. Of a union, the form is looked at
 * that the value is most like: what all forms complain of says nothing. It takes time in proportion to the value's size, and ends where a
 * value has more than is looked at; so it is not the compiler's own list of errors, which looks at every form of every union.
 *
 * @param named  the schemas that it refers to
 */
export function findingsOf(schema: TSchema, value: unknown, named: NamedSchemas = {}): Finding[] {
  const findings: Finding[] = [];
  const walk = new Walk(named);
  for (const finding of walk.at(schema as Node, value, '')) {
    findings.push(finding);
    if (findings.length === maxFindings) break;
  }
  if (findings.length > 0) return findings;
  const where = walk.isCut ? ', but something far behind its beginning is not' : '';
  return [{ pointer: '', expectation: `to be as its schema says${where}` }];
}

/** Looks at a value and its schema side by side. `pointer` is the place of the value in the whole one. */
class Walk {
  readonly #forms: Forms;
  #values = 0;

  constructor(named: NamedSchemas) {
    this.#forms = new Forms(named);
  }

  /** Whether there was more than is looked at. */
  get isCut(): boolean {
    return this.#values > mostValues;
  }

  *at(schema: Node, value: unknown, pointer: string, subject = ''): Generator<Finding> {
    if (++this.#values > mostValues) return;
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
    if (schema.$ref !== undefined) yield* this.at(this.#forms.resolved(schema), value, pointer);
    for (const part of schema.allOf ?? []) yield* this.at(part, value, pointer);
    if (schema.anyOf !== undefined) yield* this.#union(this.#forms.of(schema), value, pointer);
    const expectation = expectationOf(schema, value, subject);
    if (expectation !== undefined) yield { pointer, expectation };
    else if (Array.isArray(value)) yield* this.#entries(schema, value, pointer);
    else if (isRecord(value)) yield* this.#members(schema, value, pointer);
  }

  *#entries({ items }: Node, list: readonly unknown[], pointer: string): Generator<Finding> {
    if (items === undefined) return;
    if (isPlain(items)) {
      for (let place = 0; place < list.length && !this.isCut; ++place) {
        this.#values += plainShare;
        const expectation = expectationOf(items, list[place]);
        if (expectation !== undefined) yield { pointer: `${pointer}/${place}`, expectation };
      }
      return;
    }
    for (const [place, entry] of list.entries()) {
      if (this.isCut) return;
      yield* this.at(items, entry, `${pointer}/${place}`);
    }
  }

  *#members(schema: Node, record: Record<string, unknown>, pointer: string): Generator<Finding> {
    const { properties = {}, patternProperties = {}, additionalProperties = true, propertyNames } = schema;
    const slips = slipsOf(properties, record);
    const isClosed = additionalProperties === false;
    // A closed object says so of the member that is misspelt.
    const missing = missingOf(schema, record).filter((name) => !isClosed || !slips.has(name));
    if (missing.length > 0) {
      const them = missing.length > 1 ? 'them' : 'it';
      const slip = missing.map((name) => slips.get(name)).find((name) => name !== undefined);
      const hint = slip === undefined ? '' : ` (is it misspelt as ${shown(slip)}?)`;
      yield { pointer, expectation: `to have ${listed(missing, 'and')}, but it lacks ${them}${hint}` };
    }
    const names = Object.getOwnPropertyNames(record);
    const patterns = Object.keys(patternProperties).map((source) => new RegExp(source, 'u'));
    const isOther = (name: string) =>
      !Object.hasOwn(properties, name) && !patterns.some((pattern) => pattern.test(name));
    // Before what the others hold: so it is known without a look into them that a form of a union is another.
    if (isClosed) {
      for (const name of names.filter(isOther)) {
        const hint = didYouMean(name, absentNames(properties, record));
        yield { pointer, expectation: `to have no member called ${shown(name)}, but it has one${hint}` };
      }
    }
    for (const name of names) {
      const value = record[name];
      const place = `${pointer}/${stepOf(name)}`;
      if (propertyNames !== undefined) yield* this.at(propertyNames, name, place, 'a name of ');
      if (Object.hasOwn(properties, name)) {
        const isOptional = !schema.required?.includes(name);
        if (value !== undefined || !isOptional) yield* this.at(properties[name]!, value, place);
      } else if (typeof additionalProperties === 'object' && isOther(name)) {
        yield* this.at(additionalProperties, value, place);
      }
      for (const pattern of patterns) {
        if (!Object.hasOwn(properties, name) && pattern.test(name))
          yield* this.at(patternProperties[pattern.source]!, value, place);
      }
    }
  }

  /** Of the form that the value is most like; of all that have a member of it, where several are equally like it. */
  *#union(forms: readonly Node[], value: unknown, pointer: string): Generator<Finding> {
    const tag = tagOf(forms, value);
    if (tag !== undefined) {
      yield { pointer: `${pointer}/${tag.name}`, expectation: tag.expectation };
      return;
    }
    const meant = isRecord(value) ? withNamesAsMeant(forms, value) : value;
    const nearest = nearestForms(forms, meant);
    if (nearest.length === 0) yield { pointer, expectation: expectationOfForms(forms, value) };
    const isWhole = nearest.length > 1 && distanceOf(nearest[0]!, value) === 0;
    if (isWhole && nearest.some((form) => this.at(form, value, pointer).next().done)) return;
    const alike = leastBy(nearest, (form) => this.#wrongParts(form, meant).length);
    const [form] = alike;
    if (form === undefined) return;
    const place = alike.length === 1 ? undefined : this.#placeWrongInAll(alike, meant);
    // A misspelt member is not at the place that it is meant for: that form says so.
    if (place !== undefined && Object.hasOwn(value as object, place)) {
      const parts = alike.flatMap((each) => this.#forms.of(partOf(each, place)!));
      yield* this.#union(parts, (value as Record<string, unknown>)[place], `${pointer}/${stepOf(place)}`);
    } else if (isWhole || alike.length === 1 || meant !== value) {
      yield* this.at(form, value, pointer);
    } else {
      yield { pointer, expectation: expectationOfForms(related(forms, value), value) };
    }
  }

  #placeWrongInAll(forms: readonly Node[], value: unknown): string | undefined {
    const [first = [], ...others] = forms.map((form) => this.#wrongParts(form, value));
    return first.find((place) => others.every((parts) => parts.includes(place)));
  }

  /** Members or entries that are of another type than a form asks for; what they hold is not looked at. */
  #wrongParts(form: Node, value: unknown): string[] {
    if (typeof value !== 'object' || value === null) return [];
    const places = Array.isArray(value) ? Object.keys(value.slice(0, mostPlaces)) : Object.keys(value);
    return places.slice(0, mostPlaces).filter((place) => {
      const part = partOf(form, place);
      return part !== undefined && nearestForms(this.#forms.of(part), (value as never)[place]).length === 0;
    });
  }
}

/** Whether a schema asks for a number, a text or the like, and nothing beyond what is told in one sentence. */
function isPlain(schema: Node): boolean {
  const { $ref, anyOf, allOf, type } = schema;
  const isWhole = ($ref ?? anyOf ?? allOf ?? schema['~refine']) === undefined;
  return isWhole && type !== undefined && type !== 'object' && type !== 'array';
}

/** What a form asks of a member or an entry; undefined where it asks nothing. */
function partOf({ items, properties = {} }: Node, place: string): Node | undefined {
  return items ?? (Object.hasOwn(properties, place) ? properties[place] : undefined);
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

/** The forms that have a member of the value; all where none has. */
function related(forms: readonly Node[], value: unknown): readonly Node[] {
  const names = isRecord(value) ? Object.keys(value) : [];
  const found = forms.filter(({ properties = {} }) => names.some((name) => Object.hasOwn(properties, name)));
  return found.length > 0 ? found : forms;
}

/** The members that a schema has and a record does not. */
const absentNames = (properties: object, record: object): string[] =>
  Object.keys(properties).filter((name) => !Object.hasOwn(record, name));

/** The members that a record has by another spelling: by the name that is meant, the one that is written. */
function slipsOf(properties: object, record: object): Map<string, string> {
  const slips = new Map<string, string>();
  const absent = absentNames(properties, record);
  const others = Object.getOwnPropertyNames(record).filter((name) => !Object.hasOwn(properties, name));
  for (const name of others.slice(0, mostSlips)) {
    const meant = nearestName(name, absent);
    if (meant !== undefined) slips.set(meant, name);
  }
  return slips;
}

/** The record with the names that it likely means, so that a misspelt one does not make it like another form. */
function withNamesAsMeant(forms: readonly Node[], record: Record<string, unknown>): Record<string, unknown> {
  const slips = slipsOf(Object.assign({}, ...forms.map(({ properties }) => properties)), record);
  if (slips.size === 0) return record;
  const meant = new Map([...slips].map(([name, written]) => [written, name]));
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [meant.get(name) ?? name, value]));
}

/** A name as a step of a JSON pointer (RFC 6901), shortened where it is as long as the body that it came in. */
function stepOf(name: string): string {
  const step = name.replaceAll('~', '~0').replaceAll('/', '~1');
  return step.length > 300 ? `${step.slice(0, 300)}…` : step;
}
