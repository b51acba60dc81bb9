import type { DocumentRow } from '@attune/data';
import type { LexicalSettings } from '@attune/search';
import { Catalogue, chooseLexical, indexOf, type JudgedSet, rechooseLexical } from '@attune/tune';
import { describe, expect, it } from 'vitest';

const dim = 2;

/**
 * Two documents for each number, that differ in the form of a word: only the plain analyser tells them apart. Their vectors lie together, in
 * a direction of their own.
 */
const count = 120;
const documents: DocumentRow[] = Array.from({ length: count }, (_, i) => ({
  id: `p${i}`,
  fields: { title: `${i % 2 ? 'lamps' : 'lamp'} n${i >> 1}`, note: 'shade' },
  attributes: {},
  source: { file: 'lamps.jsonl', line: i + 1 },
}));
const directionOf = (i: number) => {
  const angle = ((i >> 1) * Math.PI) / count;
  return [Math.cos(angle), Math.sin(angle)];
};
const vectors = Float32Array.from(documents.flatMap((_, i) => directionOf(i)));
const catalogue = new Catalogue(documents);
const choosing: JudgedSet = {
  name: 'dev',
  queries: documents.map(({ id, fields }) => ({ id, text: fields['title']! })),
  judgments: new Map(documents.map(({ id }) => [id, new Map([[id, 1]])])),
};
const beside = {
  catalogue,
  choosing,
  documents: { index: indexOf(vectors, { dim }), embedded: undefined },
  queries: vectors,
};

describe('chooseLexical', () => {
  it('gives the best BM25 and its weight, with what they were chosen by', async () => {
    const { settings, choices } = await chooseLexical(beside);
    expect(settings.analyser).toBe('plain');
    expect(settings.fusionWeight).not.toBe(0);
    expect(choices.map(({ what, on, queryCount }) => [what, on, queryCount])).toEqual([
      ['BM25', 'dev', count],
      ['fusion weight', 'dev', count],
    ]);
  });

  it('is as a new collection has it where there are no queries to choose on', async () => {
    const none = { ...choosing, name: 'no queries', queries: [] };
    const { settings, choices } = await chooseLexical({
      ...beside,
      choosing: none,
      queries: new Float32Array(),
    });
    expect(settings).toEqual({
      analyser: 'english',
      cut: 'characters+pairs',
      k1: 0.9,
      b: 0.4,
      fields: ['title', 'note'],
      fusionWeight: 0.7,
    });
    expect(choices.map(({ what, chosen, tried }) => [what, chosen, tried])).toEqual([
      ['BM25', 'english, k1 0.9, b 0.4', []],
      ['fusion weight', '0.7', []],
    ]);
  });
});

describe('rechooseLexical', () => {
  const serving: LexicalSettings = {
    analyser: 'plain',
    cut: 'characters+pairs',
    k1: 0.9,
    b: 0.4,
    fields: ['title'],
    fusionWeight: 0,
  };

  it('takes another weight where that is shown to be better, and leaves BM25 alone on few queries', async () => {
    const { settings, choices } = await rechooseLexical({ ...beside, serving });
    expect(settings).toEqual({ ...serving, fusionWeight: settings.fusionWeight });
    expect(settings.fusionWeight).not.toBe(0);
    expect(choices.map(({ what }) => what)).toEqual(['fusion weight']);
  });

  it('keeps a weight that was given, and all settings where nothing else is in question', async () => {
    const kept = await rechooseLexical({ ...beside, serving, given: { fusionWeight: 0 } });
    expect(kept).toEqual({ settings: serving, choices: [] });
  });

  const many = 9;
  const manyQueries = {
    ...beside,
    choosing: {
      ...choosing,
      queries: Array.from({ length: many }, (_, turn) =>
        choosing.queries.map(({ id, text }) => ({ id: `${id}-${turn}`, text })),
      ).flat(),
      judgments: new Map(
        Array.from({ length: many }, (_, turn) =>
          documents.map(({ id }) => [`${id}-${turn}`, new Map([[id, 1]])] as const),
        ).flat(),
      ),
    },
    queries: Float32Array.from(Array.from({ length: many }, () => [...vectors]).flat()),
  };
  const stems: LexicalSettings = {
    ...serving,
    analyser: 'english',
    fusionWeight: 0.7,
  };

  it('takes another BM25 on many queries, with the weight that was given for it', async () => {
    const { settings, choices } = await rechooseLexical({
      ...manyQueries,
      serving: stems,
      given: { fusionWeight: 0.7 },
    });
    expect(settings).toMatchObject({ analyser: 'plain', fusionWeight: 0.7 });
    expect(choices.map(({ what }) => what)).toEqual(['BM25', 'fusion weight']);
  }, 60_000);

  it('keeps all of BM25 where one of its settings was given', async () => {
    const { settings, choices } = await rechooseLexical({
      ...manyQueries,
      serving: stems,
      given: { k1: 0.9 },
    });
    expect(settings).toEqual({ ...stems, fusionWeight: settings.fusionWeight });
    expect(choices.map(({ what }) => what)).toEqual(['fusion weight']);
  }, 60_000);
});
