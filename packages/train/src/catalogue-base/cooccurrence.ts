/** Which tokens stand together more often than by chance. */
import type { TokenizedTexts } from '@attune/encode';

/** A symmetric matrix of which only entries other than 0 are kept, row by row. */
export interface SparseSymmetricMatrix {
  /** Rows, and columns. */
  size: number;
  /** [size + 1]: the entries of row i are those from offsets[i] to offsets[i + 1]. */
  offsets: Uint32Array;
  /** The column of each entry. */
  columns: Int32Array;
  values: Float64Array;
}

/** Context counts are raised to it, so that what stands beside a rare token counts less: Levy and others, section 3.1. */
const smoothing = 0.75;

/**
 * Positive pointwise mutual information of tokens that stand within `window` places of each other in a text:
 *
 *     ppmi[i, j] = max(0, log(count[i, j] * sum of count^0.75 / (count[i] * count[j]^0.75)))     in nats
 *
 * and the mean of it with its transpose, since which of the two is the context is chance. A token stands beside itself too, once at each of its places.
 *
 * @param texts  ids below `tokens`
 * @see Levy, Goldberg, Dagan 2015, https://aclanthology.org/Q15-1016, for the smoothing of contexts
 */
export function positiveMutualInformation(
  texts: TokenizedTexts,
  tokens: number,
  { window }: { window: number },
): SparseSymmetricMatrix {
  const { ids, offsets } = texts;
  const places = placesOf(texts, tokens);
  const counts = new Float64Array(tokens);
  const beside = new Float64Array(tokens);
  const met: number[] = [];
  /** Fills `beside` with how often each token of `met` stands beside this one; whoever calls empties both. */
  const count = (token: number): void => {
    for (let p = places.begins[token]!; p < places.begins[token + 1]!; p++) {
      const place = places.places[p]!;
      const text = places.texts[p]!;
      const begin = Math.max(offsets[text]!, place - window);
      const end = Math.min(offsets[text + 1]!, place + window + 1);
      for (let other = begin; other < end; other++) {
        const id = ids[other]!;
        if (beside[id] === 0) met.push(id);
        beside[id]!++;
      }
    }
  };
  const clear = (): void => {
    for (const id of met) beside[id] = 0;
    met.length = 0;
  };
  for (let token = 0; token < tokens; token++) {
    count(token);
    for (const id of met) counts[token]! += beside[id]!;
    clear();
  }
  const contexts = counts.map((value) => value ** smoothing);
  const all = contexts.reduce((sum, value) => sum + value, 0);

  const rows = new Uint32Array(tokens + 1);
  const columns: number[] = [];
  const values: number[] = [];
  for (let token = 0; token < tokens; token++) {
    count(token);
    met.sort((a, b) => a - b);
    for (const id of met) {
      const pair = beside[id]! * all;
      const value =
        (Math.log(pair / (counts[token]! * contexts[id]!)) +
          Math.log(pair / (counts[id]! * contexts[token]!))) /
        2;
      if (value <= 0) continue;
      columns.push(id);
      values.push(value);
    }
    clear();
    rows[token + 1] = columns.length;
  }
  return {
    size: tokens,
    offsets: rows,
    columns: Int32Array.from(columns),
    values: Float64Array.from(values),
  };
}

/** Where each token stands: those of token i from begins[i] to begins[i + 1], in the order of the texts. */
function placesOf({ ids, offsets }: TokenizedTexts, tokens: number) {
  const begins = new Uint32Array(tokens + 1);
  for (const id of ids) begins[id + 1]!++;
  for (let token = 0; token < tokens; token++) begins[token + 1]! += begins[token]!;
  const next = begins.slice();
  const places = new Uint32Array(ids.length);
  const texts = new Uint32Array(ids.length);
  for (let text = 0; text + 1 < offsets.length; text++) {
    for (let place = offsets[text]!; place < offsets[text + 1]!; place++) {
      const at = next[ids[place]!]!++;
      places[at] = place;
      texts[at] = text;
    }
  }
  return { begins, places, texts };
}
