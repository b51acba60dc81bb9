/** What every search has to answer, computed over plain documents with nothing of an index. */
import { createAnalyser } from '@attune/indexes';

export interface PlainDocument {
  fields: Record<string, string>;
  attributes: Record<string, string | number | boolean>;
  /** float32, [dim], of unit length */
  vector: Float32Array;
}

const analyser = createAnalyser('english');
const { k1, b } = { k1: 0.9, b: 0.4 };

const wordsOf = ({ fields }: PlainDocument) =>
  analyser.terms(
    Object.values(fields)
      .filter((text) => text.trim() !== '')
      .join(' '),
  );

export function cosine(query: Float32Array, { vector }: PlainDocument): number {
  return query.reduce((sum, value, i) => sum + value * vector[i]!, 0);
}

/** BM25 of each document, with the statistics of all of them. */
export function bm25(text: string, documents: ReadonlyMap<string, PlainDocument>): Map<string, number> {
  const terms = new Map([...documents].map(([id, document]) => [id, wordsOf(document)]));
  const lengths = [...terms.values()].map((each) => each.length);
  const meanLength = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  const scores = new Map<string, number>();
  for (const [id, own] of terms) {
    let score = 0;
    for (const term of analyser.terms(text)) {
      const count = own.filter((each) => each === term).length;
      if (count === 0) continue;
      const holding = [...terms.values()].filter((each) => each.includes(term)).length;
      const idf = Math.log(1 + (lengths.length - holding + 0.5) / (holding + 0.5));
      score += (idf * count * (k1 + 1)) / (count + k1 * (1 - b + (b * own.length) / meanLength));
    }
    if (score > 0) scores.set(id, score);
  }
  return scores;
}

export interface PlainSearch {
  mode: 'vector' | 'lexical' | 'hybrid';
  text: string;
  query: Float32Array;
  passes(document: PlainDocument): boolean;
  /** Added to the score, times `popularity`. */
  popularity?: number | undefined;
}

/** Every document that answers, with its score. Few documents: no list is cut. */
export function plainScores(
  documents: ReadonlyMap<string, PlainDocument>,
  { mode, text, query, passes, popularity }: PlainSearch,
): Map<string, number> {
  const words = new Map([...bm25(text, documents)].filter(([id]) => passes(documents.get(id)!)));
  const highest = Math.max(0, ...words.values());
  const scores = new Map<string, number>();
  for (const [id, document] of documents) {
    if (!passes(document)) continue;
    const lexical = words.get(id);
    if (mode === 'lexical') {
      if (lexical !== undefined) scores.set(id, lexical);
    } else {
      const fused = mode === 'hybrid' && highest > 0 ? (0.7 * (lexical ?? 0)) / highest : 0;
      scores.set(id, cosine(query, document) + fused);
    }
  }
  for (const [id, score] of popularity === undefined ? [] : scores) {
    const value = documents.get(id)!.attributes['sales'];
    if (typeof value === 'number') scores.set(id, score + popularity! * value);
  }
  return scores;
}
