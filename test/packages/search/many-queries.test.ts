import { answerQueries, type SearchMode, Segment, segmentColumns, View } from '@attune/search';
import { expect, it } from 'vitest';

const dim = 2;
const lexical = { analyser: 'english' as const, cut: 'characters+pairs' as const, k1: 0.9, b: 0.4 };

/** More than a function takes as arguments. */
const queryCount = 150_000;

it.each<SearchMode>(['vector', 'lexical'])(
  'answers as many queries at once as a log has: %s',
  async (mode) => {
    const texts = ['oak lamp', 'red sofa'];
    const vectors = [Float32Array.of(1, 0), Float32Array.of(0, 1)];
    const rows = texts.map((words, i) => ({
      id: words,
      attributes: {},
      line: '{}',
      words,
      vector: vectors[i],
    }));
    const view = View.of(await Segment.of(segmentColumns(rows, { dim, lexical }), { dim, fingerprint: 'f' }));
    const spec = { mode };
    const queries = Array.from({ length: queryCount }, (_, i) => ({
      spec,
      text: texts[i % 2]!,
      vector: vectors[i % 2],
      limit: 1,
    }));
    const answers = await answerQueries(view, queries, { fusionWeight: 1 });
    const best = answers.map((answer) => ('error' in answer ? String(answer.error) : answer.rows[0]));
    expect(best.slice(0, 4)).toEqual([0, 1, 0, 1]);
    expect(best.every((row, i) => row === i % 2)).toBe(true);
  },
);
