import type { DocumentWrite } from '@attune/schema';
import { Store, StoreReader } from '@attune/store';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { collection, release, temporaryFolder } from './sample-store.js';

/** What a store should hold, as plainly as it can be said. */
interface Model {
  documents: Map<
    string,
    { fields: Record<string, string>; attributes: Record<string, unknown>; sequence: number }
  >;
  /** Sequence of the last write of every id that ever was. */
  changed: Map<string, number>;
  sequence: number;
  sequences: Set<number>;
}

function apply(model: Model, write: DocumentWrite) {
  const old = model.documents.get(write.id);
  const isPatch = write.op === 'patch';
  if ((isPatch || write.op === 'delete') && old === undefined)
    return { id: write.id, status: 'notFound', sequence: 0 };
  const sequence = ++model.sequence;
  model.changed.set(write.id, sequence);
  if (write.op === 'delete') {
    model.documents.delete(write.id);
    return { id: write.id, status: 'deleted', sequence };
  }
  const merged = (before: Record<string, unknown>, changes: Record<string, unknown> = {}) =>
    Object.fromEntries(Object.entries({ ...before, ...changes }).filter(([, value]) => value !== null));
  const fields = merged(isPatch ? old!.fields : {}, write.fields) as Record<string, string>;
  const attributes = merged(isPatch ? old!.attributes : {}, write.attributes);
  model.documents.set(write.id, { fields, attributes, sequence });
  return { id: write.id, status: old ? 'updated' : 'created', sequence };
}

const id = fc.constantFrom('a', 'b', 'ü', '😀', "';--", 'z'.repeat(300));
const name = fc.constantFrom('title', 'text', 'x y');
const text = fc.string({ unit: 'binary', maxLength: 20 });
const value = fc.oneof(
  text,
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
  fc.array(text, { maxLength: 3 }),
);
const write: fc.Arbitrary<DocumentWrite> = fc.oneof(
  fc.record({
    op: fc.constantFrom('upsert' as const, undefined),
    id,
    fields: fc.dictionary(name, fc.option(text), { noNullPrototype: true }),
    attributes: fc.dictionary(name, fc.option(value), { noNullPrototype: true }),
  }),
  fc.record({
    op: fc.constant('patch' as const),
    id,
    fields: fc.dictionary(name, fc.option(text), { noNullPrototype: true }),
    attributes: fc.dictionary(name, fc.option(value), { noNullPrototype: true }),
  }),
  fc.record({ op: fc.constant('delete' as const), id }),
);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('write' as const), writes: fc.array(write, { maxLength: 6 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('fail' as const), writes: fc.array(write, { maxLength: 4 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('together' as const), writes: fc.array(write, { maxLength: 8 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'reopen' as const, writes: [] as DocumentWrite[] }) },
  { weight: 1, arbitrary: fc.constant({ do: 'recreate' as const, writes: [] as DocumentWrite[] }) },
);

it('a store holds what a Map of the same writes holds, through failures, restarts and new beginnings', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const folder = temporaryFolder();
      let store = await Store.open(folder);
      const model: Model = { documents: new Map(), changed: new Map(), sequence: 0, sequences: new Set() };
      await store.createCollection('c', collection, release);
      for (const { do: action, writes } of steps) {
        if (action === 'write') {
          expect(await store.writeDocuments('c', writes)).toEqual(writes.map((each) => apply(model, each)));
        } else if (action === 'together') {
          const answers = await Promise.all(writes.map((each) => store.writeDocuments('c', [each])));
          expect(answers.flat()).toEqual(writes.map((each) => apply(model, each)));
        } else if (action === 'fail') {
          const wrong = { op: 'upsert', id: '', fields: {} } as const;
          await expect(store.writeDocuments('c', [...writes, wrong])).rejects.toThrow('the id of write');
        } else if (action === 'reopen') {
          await store.close();
          store = await Store.open(folder, { create: false });
        } else {
          await store.dropCollection('c');
          await store.createCollection('c', collection, release);
          model.documents.clear();
          model.changed.clear();
        }
        await compare(store, folder, model);
      }
      expect((await store.verify()).damage).toEqual([]);
      await store.close();
    }),
    { numRuns: 40 },
  );
});

async function compare(store: Store, folder: string, model: Model) {
  const byBytes = (a: { id: string }, b: { id: string }) =>
    Buffer.compare(Buffer.from(a.id), Buffer.from(b.id));
  const expected = Array.from(model.documents, ([key, document]) => ({ id: key, ...document })).sort(byBytes);
  expect((await store.documents('c', { limit: 100 })).documents).toEqual(expected);
  expect(await store.countDocuments('c')).toBe(expected.length);
  expect(await store.lastSequence('c')).toBe(model.sequence);
  const reader = StoreReader.open(folder);
  const middle = Math.floor(model.sequence / 2);
  const changes = Array.from(reader.changes('c', middle), (change) => [
    change.sequence,
    change.id,
    change.document?.sequence,
  ]);
  const wanted = Array.from(model.changed, ([key, sequence]) => [
    sequence,
    key,
    model.documents.get(key)?.sequence,
  ])
    .filter(([sequence]) => (sequence as number) > middle)
    .sort(([a], [b]) => (a as number) - (b as number));
  expect(changes).toEqual(wanted);
  reader.close();
}
