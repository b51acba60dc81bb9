import { LexicalIndex } from '@attune/indexes';
import { describe, expect, it } from 'vitest';
import { hasShared } from '../../shared-data.js';
import { readJudgedProducts } from './judged-products.js';

// The table of data/README.md and the first table of notes/relevance.md.
const published = [
  { name: 'homedepot', analyser: 'plain', k1: 1.2, b: 0.75, ndcg10: 0.3335, recall100: 0.6756 },
  { name: 'crowdflower', analyser: 'plain', k1: 1.2, b: 0.75, ndcg10: 0.7139, recall100: 0.9011 },
  { name: 'chorus', analyser: 'plain', k1: 1.2, b: 0.75, ndcg10: 0.7132, recall100: 0.8875 },
  { name: 'homedepot', analyser: 'english', k1: 1.2, b: 0.75, ndcg10: 0.3772, recall100: 0.7366 },
  { name: 'homedepot', analyser: 'english', k1: 0.6, b: 0.5, ndcg10: 0.3865, recall100: 0.7411 },
  { name: 'homedepot', analyser: 'english-split', k1: 0.9, b: 0.4, ndcg10: 0.389, recall100: 0.7476 },
  { name: 'crowdflower', analyser: 'english', k1: 0.6, b: 0.5, ndcg10: 0.7653, recall100: 0.9335 },
  { name: 'chorus', analyser: 'english', k1: 1.2, b: 0.75, ndcg10: 0.7414, recall100: 0.9201 },
] as const;

describe.skipIf(!hasShared)(
  'BM25 on real product queries (needs the shared data beside the checkout)',
  () => {
    for (const { name, analyser, k1, b, ndcg10, recall100 } of published) {
      it(`reproduces ${name}, ${analyser}, k1 ${k1}, b ${b}`, () => {
        const { texts, queries, figures } = readJudgedProducts(name);
        const index = LexicalIndex.build({ texts, analyser, k1, b });
        const found = figures(index.searchBatch(queries, { k: 100 }));
        expect(Math.abs(found.ndcg10 - ndcg10)).toBeLessThanOrEqual(0.002);
        expect(Math.abs(found.recall100 - recall100)).toBeLessThanOrEqual(0.002);
      });
    }
  },
);
