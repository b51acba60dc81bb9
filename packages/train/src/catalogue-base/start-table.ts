/** The token vectors that a base begins with, before anything is trained. */
import type { SparseSymmetricMatrix } from './cooccurrence.js';
import { largestEigenvectors } from './largest-eigenvectors.js';
import { normalNumbers } from './normal-numbers.js';

/** Length of the random part beside the other, whose length is 1: of 0.5 and 1 on Japanese, Korean and Thai the first was as good or better. */
const randomShare = 0.5;

/**
 * One row a token, from what it stands beside and what it is itself:
 *
 *     row = idf * (u + r / 2)
 *
 * u is the token's row of U sqrt(S), where U S Uᵀ is what the largest eigenvalues make of the mutual information, at unit length: so tokens
 * that stand together are near to each other. r is random and of about unit length, nearly orthogonal to every other: so a text is nearest to those that
 * have its very tokens. Of a token for which nothing is known but itself, u is zero.
 *
 * @param information  of tokens with each other
 * @param idf          [tokens]: how telling each is; 0 gives a row of zeros
 * @param options.seed decides the random parts
 * @returns float32, [tokens, dim]
 * @see Levy, Goldberg, Dagan 2015, https://aclanthology.org/Q15-1016, section 3.3, for the square root
 */
export function startTable(
  information: SparseSymmetricMatrix,
  idf: Float64Array,
  { dim, seed }: { dim: number; seed: number },
): Float32Array {
  const { vectors, values, rank } = largestEigenvectors(information, { rank: dim, seed });
  const random = normalNumbers(seed + 1 < 2 ** 32 ? seed + 1 : 0);
  const table = new Float32Array(idf.length * dim);
  const row = new Float64Array(dim);
  for (const [token, weight] of idf.entries()) {
    row.fill(0);
    let squares = 0;
    for (let i = 0; i < rank; i++) {
      row[i] = vectors[token * rank + i]! * Math.sqrt(values[i]!);
      squares += row[i]! * row[i]!;
    }
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let i = 0; i < dim; i++)
      table[token * dim + i] = weight * (row[i]! * scale + (randomShare * random()) / Math.sqrt(dim));
  }
  return table;
}
