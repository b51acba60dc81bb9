import { Store, StoreReader } from '@attune/store';
import { expect, it } from 'vitest';
import { programOf, start, temporaryFolder } from './sample-store.js';

/**
 * Eight writers at once, each writing batches of five documents that carry the batch's number, and an event with each. A line is
 * said only once the store has answered.
 */
const writeForEver = `
  const store = await Store.open(data);
  if (!(await store.get('collection', 'c'))) await store.createCollection('c', collection, release);
  const run = process.pid;
  const write = async (writer) => {
    for (let batch = 0; ; batch++) {
      const name = run + '-' + writer + '-' + batch;
      const ids = [0, 1, 2, 3, 4].map((place) => 'w' + writer + '-' + ((batch * 5 + place) % 40));
      const [documents, events] = await Promise.all([
        store.writeDocuments('c', ids.map((id) => upsert(id, name))),
        store.appendEvents([{ action_name: 'click', name, half: 1 }, { action_name: 'click', name, half: 2 }]),
      ]);
      say({ name, documents: documents.map(({ id, sequence }) => [id, sequence]), first: events.first });
    }
  };
  for (let writer = 0; writer < 8; writer++) write(writer);
`;

interface Acknowledged {
  name: string;
  documents: [id: string, sequence: number][];
  first: number;
}

it('a process killed while it writes loses nothing that it was answered, and leaves no half of a batch', async () => {
  const folder = temporaryFolder();
  const acknowledged: Acknowledged[] = [];
  const rounds = 10;
  for (let round = 0; round < rounds; round++) {
    const program = start(programOf(writeForEver, folder));
    await program.line(round * 7);
    await new Promise((next) => setTimeout(next, 20 + round * 13));
    program.process.kill('SIGKILL');
    await program.ended;
    acknowledged.push(...(program.lines as Acknowledged[]));

    const store = await Store.open(folder, { create: false });
    expect((await store.verify()).damage).toEqual([]);
    await store.close();
    const reader = StoreReader.open(folder);
    const newest = new Map<string, number>();
    for (const { documents } of acknowledged) {
      for (const [id, sequence] of documents) newest.set(id, Math.max(sequence, newest.get(id) ?? 0));
    }
    const found = new Map(Array.from(reader.documents('c'), (document) => [document.id, document]));
    for (const [id, sequence] of newest) expect(found.get(id)!.sequence).toBeGreaterThanOrEqual(sequence);
    // Of what was not answered, each batch is there whole or not at all: its five documents stand in one row of sequences.
    const batches = new Map<string, number[]>();
    for (const { fields, sequence } of found.values()) {
      const name = fields['title']!;
      batches.set(name, [...(batches.get(name) ?? []), sequence]);
    }
    for (const sequences of batches.values()) {
      expect(sequences).toHaveLength(5);
      expect(Math.max(...sequences) - Math.min(...sequences)).toBe(4);
    }
    const events = [...reader.events()];
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, place) => place + 1));
    for (const { name, first } of acknowledged) {
      expect([events[first - 1]!.event['name'], events[first]!.event['name']]).toEqual([name, name]);
    }
    for (let place = 0; place < events.length; place += 2) {
      expect(events[place]!.event['name']).toBe(events[place + 1]!.event['name']);
    }
    reader.close();
  }
  expect(acknowledged.length).toBeGreaterThan(rounds * 10);
});
