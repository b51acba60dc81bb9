import type { DocumentTexts } from '@attune/encode';

/** Documents that are looked at: of so many a share is known to some 3 %. */
const looked = 1_000;

/**
 * What is told where a model gives most documents one and the same vector although their texts differ: it knows none of their words, as an
 * English model knows none of Chinese texts, and its answers mean nothing then.
 *
 * @param vectors  float32, [documents, dim]
 */
export function sameVectorNote(
  { texts }: DocumentTexts,
  vectors: Float32Array,
  dim: number,
): string | undefined {
  const step = Math.max(1, Math.floor(texts.length / looked));
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  for (let row = 0; row < texts.length; row += step) {
    const text = texts[row]!;
    if (text === '' || seen.has(text)) continue;
    seen.add(text);
    const vector = vectors.subarray(row * dim, (row + 1) * dim).join();
    counts.set(vector, (counts.get(vector) ?? 0) + 1);
  }
  const most = Math.max(0, ...counts.values());
  if (most < 2 || most < seen.size / 2) return undefined;
  return (
    `${most.toLocaleString('en')} of ${seen.size.toLocaleString('en')} different texts of documents have the very same vector: the vocabulary of this model does not ` +
    'know their words, so a search by vectors cannot tell them apart, and its scores mean nothing. Take a model of their language, or search by words alone.'
  );
}
