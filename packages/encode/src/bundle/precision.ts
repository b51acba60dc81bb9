/** In which numbers a transformer's products are made. */
import type { Precision } from '@attune/binding';
import { AttuneError } from '@attune/errors';
import { fingerprintOf } from './fingerprint.js';
import type { Bundle } from './types.js';

export const precisions: readonly Precision[] = ['f32', 'bf16', 'int8'];

/**
 * The bundle in another precision, and so with another fingerprint.
 *
 * @throws {AttuneError} INVALID_ARGUMENT when there is no such precision; BUNDLE_UNSUPPORTED for a static bundle, which has no products
 */
export function withPrecision(bundle: Bundle, precision: Precision): Bundle {
  if (!precisions.includes(precision)) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected precision to be one of ${precisions.join(', ')}, but received ${JSON.stringify(precision)}.`,
    );
  }
  if (bundle.kind === 'static' && precision !== 'f32') {
    throw new AttuneError(
      'BUNDLE_UNSUPPORTED',
      `${bundle.path}: a static bundle is a table without products, so it is never in ${precision}. Load it in f32, the precision ` +
        'of every bundle that states none.',
    );
  }
  return { ...bundle, precision, fingerprint: fingerprintOf(bundle.digests, precision) };
}
