import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Encoder } from '@attune/encode';
import { readCandidateVectors } from '@attune/loop';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { choose } from '../../../../packages/loop/src/cycle/choose.js';
import { collect } from '../../../../packages/loop/src/cycle/collect.js';
import { openCycle } from '../../../../packages/loop/src/cycle/cycle.js';
import { validate } from '../../../../packages/loop/src/cycle/validate.js';
import { writeSmallBase } from '../../tune/small-shop.js';
import { type CycleLab, folder, openLab, shop } from './cycle-lab.js';

let lab: CycleLab;
let candidate: string;
beforeAll(async () => {
  lab = await openLab(600);
  candidate = await writeSmallBase(join(folder, 'other'), 2);
});

const documents = shop.documents.map((document, i) => ({
  ...document,
  fields: i === 4 ? { title: ' ' } : document.fields,
  version: i + 5,
}));

/** The step with a bundle that stands for what was trained, and the texts that were encoded in it. */
async function chosen(name: string) {
  const cycle = await openCycle(lab.optionsOf(name, { documents, candidate }));
  const collected = await collect(cycle);
  const dataset = await validate(cycle, collected);
  const encoder = await Encoder.load(candidate);
  const encode = vi.spyOn(encoder, 'encodeDocuments');
  const searching = await choose(cycle, collected, { encoder, dataset });
  const texts = encode.mock.calls.flatMap(([each]) => each);
  return { cycle, collected, encoder, searching, texts };
}

describe('choosing', () => {
  it('encodes each document that has a text once, and keeps the vectors with the versions that they were made of', async () => {
    const { cycle, collected, encoder, searching, texts } = await chosen('once');
    expect(texts).toHaveLength(documents.length - 1);
    expect(cycle.record.encoded).toEqual({ serving: documents.length - 1, candidate: documents.length - 1 });
    const kept = (await readCandidateVectors(cycle.finished.folder, encoder.fingerprint))!;
    expect(kept.vectors.map(({ id, version }) => [id, version])).toEqual(
      documents.filter((_, i) => i !== 4).map(({ id, version }) => [id, version]),
    );
    const { dim } = encoder;
    for (const { id, vector } of kept.vectors) {
      const row = collected.catalogue.rowOf(id)!;
      expect(vector).toEqual(searching.vectors.vectors.subarray(row * dim, (row + 1) * dim));
    }
  });

  it('takes them from there in a second run, and tells how many were made', async () => {
    const first = await chosen('again');
    const { cycle, searching, texts } = await chosen('again');
    expect(texts).toEqual([]);
    expect(cycle.record.encoded.candidate).toBe(documents.length - 1);
    expect(searching.vectors.vectors).toEqual(first.searching.vectors.vectors);
  });

  it('makes them again where they are damaged, or by another bundle', async () => {
    const { cycle, encoder } = await chosen('damaged');
    expect(await readCandidateVectors(cycle.finished.folder, 'sha256:other')).toBeUndefined();
    const file = cycle.finished.path('candidate-vectors.npy');
    const bytes = readFileSync(file);
    bytes[bytes.length - 3] = bytes[bytes.length - 3]! ^ 0x40;
    writeFileSync(file, bytes);
    expect(await readCandidateVectors(cycle.finished.folder, encoder.fingerprint)).toBeUndefined();
    expect((await chosen('damaged')).texts).toHaveLength(documents.length - 1);
  });

  it('puts on record what the candidate is, and searches by the words in service where they stay', async () => {
    const { cycle, collected, encoder, searching } = await chosen('record');
    const { candidate: made, lexical } = cycle.record;
    expect(made).toEqual({
      bundle: candidate,
      fingerprint: encoder.fingerprint,
      lexical: cycle.options.serving.lexical,
    });
    expect(lexical!.settings).toEqual(cycle.options.serving.lexical);
    const carried = (await Encoder.load(candidate)).bundle.manifest!.lineage.search;
    expect(carried).toEqual(lexical);
    expect((await Encoder.load(candidate)).fingerprint).toBe(encoder.fingerprint);
    expect(searching.searcher.view.base.words).toBe(collected.serving.searcher.view.base.words);
  });
});
