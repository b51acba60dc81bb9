/**
 * What the documents of a collection have to be after a crash, kept in the memory of the process that kills the server.
 *
 * Every writer has ids of its own and waits for its answer before it writes again, so what each id has to hold is known but
 * for the unit that its writer was waiting for: that one has to be there whole or not at all. Ids that several writers
 * share (`contended`) have to hold the acknowledged value of the highest sequence, or one whose answer was still awaited.
 */
export interface Content {
  fields: Record<string, string>;
  attributes: Record<string, string | number | boolean>;
}

export type Write =
  | { op: 'upsert'; id: string; fields: Content['fields']; attributes?: Content['attributes'] }
  | {
      op: 'patch';
      id: string;
      fields?: Record<string, string | null>;
      attributes?: Record<string, string | number | boolean | null>;
    }
  | { op: 'delete'; id: string };

/** Writes that are one transaction, and so wholly there or not at all. */
export interface Unit {
  writes: readonly Write[];
}

type Status = 'created' | 'updated' | 'deleted' | 'notFound';

/** The same text for equal contents, whatever the order of their keys. */
export function canonical(content: Content): string {
  const sorted = (object: object) =>
    JSON.stringify(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${sorted(content.fields)} ${sorted(content.attributes)}`;
}

function merged<T>(old: Record<string, T>, patch: Record<string, T | null> = {}): Record<string, T> {
  const all = Object.entries({ ...old, ...patch });
  return Object.fromEntries(all.filter((entry): entry is [string, T] => entry[1] !== null));
}

/** What a write makes of a document, and how it is answered. */
export function applyWrite(
  old: Content | undefined,
  write: Write,
): { content: Content | undefined; status: Status } {
  if (write.op === 'upsert') {
    const content = { fields: write.fields, attributes: write.attributes ?? {} };
    return { content, status: old ? 'updated' : 'created' };
  }
  if (!old) return { content: undefined, status: 'notFound' };
  if (write.op === 'delete') return { content: undefined, status: 'deleted' };
  const content = {
    fields: merged(old.fields, write.fields),
    attributes: merged(old.attributes, write.attributes),
  };
  return { content, status: 'updated' };
}

export class DocumentOracle {
  readonly #contents = new Map<string, Content>();
  readonly #inFlight = new Set<Unit>();
  /** Of contended ids: values by sequence that were acknowledged, and those whose answer is awaited. */
  readonly #contended = new Map<string, { sequence: number; content: Content; awaited: Set<Content> }>();
  acknowledged = 0;

  get contents(): ReadonlyMap<string, Content> {
    return this.#contents;
  }

  begin(writes: readonly Write[]): Unit {
    const unit = { writes };
    this.#inFlight.add(unit);
    return unit;
  }

  /** The unit was answered. @returns the statuses that the answer has to hold */
  acknowledge(unit: Unit): Status[] {
    this.#inFlight.delete(unit);
    this.acknowledged += unit.writes.length;
    return unit.writes.map((write) => {
      const { content, status } = applyWrite(this.#contents.get(write.id), write);
      this.#set(write.id, content);
      return status;
    });
  }

  /** The server said that it did not do it. */
  refuse(unit: Unit): void {
    this.#inFlight.delete(unit);
  }

  beginContended(id: string, content: Content): void {
    const known = this.#contended.get(id) ?? { sequence: 0, content, awaited: new Set() };
    known.awaited.add(content);
    this.#contended.set(id, known);
  }

  acknowledgeContended(id: string, content: Content, sequence: number): void {
    const known = this.#contended.get(id)!;
    known.awaited.delete(content);
    this.acknowledged += 1;
    if (sequence > known.sequence) Object.assign(known, { sequence, content });
  }

  refuseContended(id: string, content: Content): void {
    this.#contended.get(id)?.awaited.delete(content);
  }

  /**
   * Compares what is there with what has to be, decides from it what became of the units in flight, and goes on from there.
   *
   * @returns what is wrong, a sentence each
   */
  settle(there: ReadonlyMap<string, Content>): string[] {
    const wrong: string[] = [];
    const undecided = new Set<string>();
    for (const unit of this.#inFlight) {
      const after = this.#after(unit);
      const ids = [...after.keys()];
      const is = (expected: (id: string) => Content | undefined) =>
        ids.every((id) => same(there.get(id), expected(id)));
      if (is((id) => after.get(id))) {
        for (const [id, content] of after) this.#set(id, content);
      } else if (!is((id) => this.#contents.get(id))) {
        const states = ids.map((id) => {
          const state = same(there.get(id), after.get(id))
            ? 'new'
            : same(there.get(id), this.#contents.get(id))
              ? 'old'
              : 'other';
          return `${id} ${state}`;
        });
        wrong.push(
          `A unit of ${unit.writes.length} writes is half there: ${states.join(', ').slice(0, 800)}`,
        );
        for (const id of ids) undecided.add(id);
      }
    }
    this.#inFlight.clear();
    wrong.push(...this.#settleContended(there));
    for (const [id, content] of this.#contents) {
      if (undecided.has(id) || same(there.get(id), content)) continue;
      wrong.push(`${id} was acknowledged as ${canonical(content)} and is ${described(there.get(id))}`);
    }
    for (const id of there.keys())
      if (!this.#contents.has(id) && !this.#contended.has(id) && !undecided.has(id))
        wrong.push(`${id} is there, and nobody wrote it or it was deleted: ${described(there.get(id))}`);
    return wrong;
  }

  #after(unit: Unit): Map<string, Content | undefined> {
    const after = new Map<string, Content | undefined>();
    for (const write of unit.writes) {
      const old = after.has(write.id) ? after.get(write.id) : this.#contents.get(write.id);
      after.set(write.id, applyWrite(old, write).content);
    }
    return after;
  }

  #settleContended(there: ReadonlyMap<string, Content>): string[] {
    const wrong: string[] = [];
    for (const [id, known] of this.#contended) {
      const found = there.get(id);
      const allowed = [...(known.sequence > 0 ? [known.content] : []), ...known.awaited];
      const held = allowed.find((content) => same(found, content));
      if (held) {
        // An unacknowledged value that is there was written last; the next acknowledged one has a higher sequence.
        Object.assign(known, { content: held, sequence: Math.max(known.sequence, 1) });
      } else if (found || known.sequence > 0) {
        wrong.push(
          `${id}, which several write, is ${described(found)} and neither acknowledged last nor in flight`,
        );
      }
      known.awaited.clear();
      if (!found && known.sequence === 0) this.#contended.delete(id);
    }
    return wrong;
  }

  #set(id: string, content: Content | undefined): void {
    if (content) this.#contents.set(id, content);
    else this.#contents.delete(id);
  }
}

const same = (a: Content | undefined, b: Content | undefined) =>
  a === undefined || b === undefined ? a === b : canonical(a) === canonical(b);

const described = (content: Content | undefined) => (content ? canonical(content) : 'absent');
