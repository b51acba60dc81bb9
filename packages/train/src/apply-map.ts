import { addon, runWork, type WorkOptions } from '@attune/binding';

/**
 * y = W x at unit length, for vectors that are there already: what an adapter's Dense layer gives.
 *
 * @param vectors  float32, [texts, dimIn]
 * @param map      float32, [dimOut, dimIn]
 * @returns float32, [texts, dimOut]
 */
export async function applyMap(
  vectors: Float32Array,
  map: Float32Array,
  dimIn: number,
  options?: WorkOptions,
): Promise<Float32Array> {
  const count = vectors.length / dimIn;
  const dense = {
    weight: map,
    inFeatures: dimIn,
    outFeatures: map.length / dimIn,
    activation: 'identity',
    residual: false,
  } as const;
  // Each vector is the table row of a text of one token.
  const encoder = new addon.StaticEncoder(vectors, dimIn, { dense: [dense], normalize: true });
  const ids = Int32Array.from({ length: count }, (_, i) => i);
  const offsets = Uint32Array.from({ length: count + 1 }, (_, i) => i);
  return runWork(addon, options, (task) => encoder.encode(ids, offsets, task));
}
