/** Two models to promote in turn: the base that ships, and one of the same words whose vectors score everything differently. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBundle, writeStaticBundle } from '@attune/encode';
import { Random } from './random.js';
import { shippedBase } from './repository.js';

/**
 * Writes the variant: each dimension of the base is stretched by a number of its own, from 0.2 to 1.8, so that every cosine
 * differs from the base's, and a model beside the other's index is seen at once.
 *
 * @returns its fingerprint
 */
export async function writeVariant(path: string, seed: number): Promise<string> {
  const bundle = await readBundle(shippedBase);
  if (bundle.model.kind !== 'static') throw new Error('The shipped base is no static bundle');
  const { table, dim } = bundle.model;
  const random = new Random(seed);
  const stretch = Float32Array.from({ length: dim }, () => 0.2 + 1.6 * random.next());
  const { fingerprint } = await writeStaticBundle({
    path,
    table: table.map((value, i) => value * stretch[i % dim]!),
    dim,
    tokenizerJson: readFileSync(join(shippedBase, 'tokenizer.json'), 'utf8'),
    dtype: 'f16',
    preprocessing: bundle.preprocessing,
  });
  return fingerprint;
}
