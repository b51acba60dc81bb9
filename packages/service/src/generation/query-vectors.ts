import type { Encoder, TokenizedTexts } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { embeddedTexts } from './asked-query.js';
import type { SearchBatch } from './search-batch.js';
import type { EncodedTokens } from './searching-protocol.js';

/** The vectors of a batch's queries. */
export interface QueryVectors {
  /** Of a search by its place: float32, [dim]; undefined where it is searched by words alone. It throws what `weightedSum` does. */
  vectorOf: (search: number) => Float32Array | undefined;
  encoded: EncodedTokens;
}

/**
 * All texts of a batch go through one call of the encoder.
 *
 * @param isAnswered  whether a search, by its place, is answered now: of others no vector is made
 */
export async function queryVectors(
  encoder: Encoder,
  { specs, specOf, queries, vectors }: SearchBatch,
  isAnswered: (search: number) => boolean,
): Promise<QueryVectors> {
  const { dim } = encoder;
  const isEmbedded = (search: number) => specs[specOf[search]!]!.mode !== 'lexical' && isAnswered(search);
  const texts: string[] = [];
  const firstText = queries.map((query, search) => {
    const first = texts.length;
    if (isEmbedded(search)) texts.push(...embeddedTexts(query));
    return first;
  });
  const encoded: EncodedTokens = { tokens: 0, unknownTokens: 0 };
  const onTokens = ({ ids }: TokenizedTexts) => {
    encoded.tokens += ids.length;
    encoded.unknownTokens += encoder.tokenizer.countUnknown(ids);
  };
  const ofTexts = texts.length > 0 ? await encoder.encodeQueries(texts, { onTokens }) : new Float32Array(0);
  const rowOf = (matrix: Float32Array, row: number) => matrix.subarray(row * dim, (row + 1) * dim);

  const vectorOf = (search: number) => {
    if (!isEmbedded(search)) return undefined;
    const query = queries[search]!;
    let text = firstText[search]!;
    if (typeof query === 'string') return rowOf(ofTexts, text);
    if ('text' in query) return rowOf(vectors, query.vector);
    const parts = query.map((part) => ({
      vector: 'text' in part ? rowOf(ofTexts, text++) : rowOf(vectors, part.vector),
      weight: part.weight ?? 1,
    }));
    return weightedSum(parts, dim);
  };
  return { vectorOf, encoded };
}

/** A sum that is this much shorter than its parts together is what rounding to float32 has left of parts that cancel. */
const rounding = 1e-6;

/**
 * The vector of a weighted list, of unit length:
 *
 *     sum = sum over the parts of weight * vector / |vector|,        sum / |sum|
 *
 * A part whose vector is 0 has no direction and adds nothing. When all are, so is the sum, as the vector of such a text alone.
 *
 * @returns float32, [dim]; the sums are in float64
 * @throws {AttuneError} INVALID_ARGUMENT when the parts cancel
 */
export function weightedSum(
  parts: readonly { vector: Float32Array; weight: number }[],
  dim: number,
): Float32Array {
  const sum = new Float64Array(dim);
  let longest = 0;
  for (const { vector, weight } of parts) {
    const length = lengthOf(vector);
    if (length === 0) continue;
    longest += Math.abs(weight);
    for (let i = 0; i < dim; ++i) sum[i]! += (weight * vector[i]!) / length;
  }
  if (longest === 0) return new Float32Array(dim);
  const length = lengthOf(sum);
  if (length <= rounding * longest) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      'Expected the parts of the query to add up to a direction, but they cancel: the weighted sum of their vectors has length 0. ' +
        'Take other weights, or leave out the parts that are the same.',
    );
  }
  return Float32Array.from(sum, (value) => value / length);
}

function lengthOf(vector: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < vector.length; ++i) squares += vector[i]! ** 2;
  return Math.sqrt(squares);
}
