import type { FeedbackEvent } from '@attune/data';
import { Encoder } from '@attune/encode';
import { beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../../../../packages/loop/src/cycle/collect.js';
import { openCycle } from '../../../../packages/loop/src/cycle/cycle.js';
import { type CycleLab, openLab, shop } from './cycle-lab.js';

let lab: CycleLab;
let encoder: Encoder;
beforeAll(async () => {
  lab = await openLab(400);
  encoder = await Encoder.load(lab.base);
});

const documents = shop.documents.map((document, i) => ({ ...document, version: i + 5 }));
const encodedAlone = async (row: number) => encoder.encodeDocuments([documents[row]!.fields]);

describe('collecting', () => {
  it('takes the vectors that are there already, and makes those that are not', async () => {
    const asked: [string, ReadonlyMap<string, number>][] = [];
    const known = new Map<string, Float32Array>();
    for (let row = 0; row < 40; ++row) known.set(documents[row]!.id, await encodedAlone(row));
    const cycle = await openCycle(
      lab.optionsOf('known', {
        documents,
        knownVectors: (fingerprint, versions) => {
          asked.push([fingerprint, versions]);
          return known;
        },
      }),
    );
    const { serving, catalogue } = await collect(cycle);
    expect(asked).toEqual([
      [encoder.fingerprint, new Map(documents.map(({ id, version }) => [id, version]))],
    ]);
    expect(cycle.record.encoded).toEqual({ serving: documents.length - 40, candidate: 0 });
    const texts = catalogue.texts(encoder.bundle.preprocessing.documentFields);
    expect(serving.vectors.vectors).toEqual(await encoder.encodeDocuments(texts));
  });

  it('makes none for a document without text', async () => {
    const some = documents.map((document, i) => (i < 3 ? { ...document, fields: { title: ' ' } } : document));
    const cycle = await openCycle(lab.optionsOf('blank', { documents: some }));
    await collect(cycle);
    expect(cycle.record.encoded.serving).toBe(documents.length - 3);
  });

  it('keeps the documents and what the events came to: a second run reads neither', async () => {
    const first = await openCycle(lab.optionsOf('twice', { documents }));
    const before = await collect(first);
    const none = function* (): Generator<FeedbackEvent> {
      yield* [];
      throw new Error('The events were read again.');
    };
    const again = await openCycle(lab.optionsOf('twice', { documents: [], events: none() }));
    const after = await collect(again);
    expect(after.documents).toEqual(before.documents);
    expect(after.documents[2]).toMatchObject({ id: documents[2]!.id, version: 7 });
    expect(after.learning).toEqual(before.learning);
    expect(again.record.feedback).toEqual(first.record.feedback);
    expect(again.record.decision).toBeUndefined();
  });

  it('decides where there is too little to learn from', async () => {
    const rules = { leastPairs: 100_000 };
    const cycle = await openCycle(lab.optionsOf('little', { rules }));
    await collect(cycle);
    expect(cycle.record.decision).toMatchObject({ verdict: 'no decision' });
    expect(cycle.record.decision!.reasons.join()).toMatch(/at least 100000 .* but found \d+/);
    expect(cycle.record.feedback!.learning.pairs).toBeGreaterThan(0);
  });
});
