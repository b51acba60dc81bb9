import type { Encoder, TokenizedTexts } from '@attune/encode';
import { counted } from '@attune/errors';
import { FlatIndex } from '@attune/indexes';
import { type Found, type HardNegatives, hardNegatives, knownPositives } from '@attune/train';
import type { TierTuning } from './tier-tuning.js';
import type { PairedTexts } from './training-pairs.js';

/** Documents looked at for each query: most of the first ones are wanted, or might be. */
const looked = 200;

/**
 * Hard negatives for the queries of the pairs, by exact search of the encoder in the catalogue. They stand beside those that the data names.
 *
 * @param tokens    the paired texts, tokenised for the encoder
 * @param perQuery  at most so many of those found
 */
export async function minedNegatives(
  encoder: Encoder,
  tokens: TokenizedTexts,
  { pairs, documents }: PairedTexts,
  perQuery: number,
  { signal, onStep }: Pick<TierTuning, 'signal' | 'onStep'>,
): Promise<HardNegatives> {
  onStep?.('looking for hard negatives');
  const { dim } = encoder;
  const vectors = await encoder.encodeTokens(tokens, {
    signal,
    onProgress: ({ done, total }) =>
      onStep?.(
        `looking for hard negatives: ${done.toLocaleString('en')} of ${total.toLocaleString('en')} texts encoded`,
      ),
  });
  const vectorOf = (text: number) => vectors.subarray(text * dim, (text + 1) * dim);

  // A text that several documents have is one candidate; they share its key.
  const candidates = new Map<number, number>();
  for (const [document, text] of documents.texts.entries())
    if (!candidates.has(text)) candidates.set(text, documents.keys[document]!);
  const index = new FlatIndex({ dim, metric: 'innerProduct' });
  const rows = new Float32Array(candidates.size * dim);
  for (const [place, text] of [...candidates.keys()].entries()) rows.set(vectorOf(text), place * dim);
  index.add(rows);

  const { texts: queryTexts, scores: positiveScores } = queriesOf(pairs, vectorOf);
  const queries = new Float32Array(queryTexts.length * dim);
  for (const [query, text] of queryTexts.entries()) queries.set(vectorOf(text), query * dim);
  const k = Math.min(looked, candidates.size);
  const { rows: found, scores } = await index.search(queries, { k, signal });
  const hits: Found = {
    offsets: Uint32Array.from({ length: queryTexts.length + 1 }, (_, query) => query * k),
    documents: Uint32Array.from(found),
    scores,
  };
  return hardNegatives({
    found: hits,
    positives: knownPositives(pairs.queryKeys, pairs.documentKeys),
    positiveScores,
    documents: { texts: Uint32Array.from(candidates.keys()), keys: Int32Array.from(candidates.values()) },
    perQuery,
    named: pairs.negatives,
  });
}

/** Of each query key the text that it is asked by first, and the mean cosine of its pairs. */
function queriesOf(
  { queryKeys, queryTexts, documentTexts }: PairedTexts['pairs'],
  vectorOf: (text: number) => Float32Array,
): { texts: Uint32Array; scores: Float32Array } {
  const count = queryKeys.reduce((top, key) => Math.max(top, key), -1) + 1;
  const texts = new Uint32Array(count);
  const sums = new Float64Array(count);
  const pairs = new Uint32Array(count);
  for (const [pair, key] of queryKeys.entries()) {
    if (pairs[key] === 0) texts[key] = queryTexts[pair]!;
    const document = vectorOf(documentTexts[pair]!);
    sums[key]! += vectorOf(queryTexts[pair]!).reduce((sum, value, i) => sum + value * document[i]!, 0);
    pairs[key]! += 1;
  }
  return { texts, scores: Float32Array.from(sums, (sum, key) => sum / pairs[key]!) };
}

/** What was found, in a sentence to show. */
export const minedSentence = ({ taken, known, tooNear, queriesWithout }: HardNegatives): string =>
  `${counted(taken, 'hard negative')} by the base's own search; ${counted(tooNear, 'candidate')} left out as too near to what answers the query, ` +
  `${known.toLocaleString('en')} as known to answer it, and ${counted(queriesWithout, 'query', 'queries')} got none.`;
