import type { GenerationState } from '../generation/messages.js';
import { ThreadLink } from '../generation/thread-link.js';

/** What a bundle says of itself once it is loaded. */
export type BundleFacts = Pick<GenerationState, 'fingerprint' | 'kind' | 'dim'>;

const closeTimeoutMs = 10_000;

/**
 * Loads a bundle in a thread of its own, which compares its fingerprint and golden vectors: to read and hash one here would keep
 * every answer waiting.
 *
 * @param copyTo  a folder that is made: the bundle's files, of the same fingerprint
 * @throws {AttuneError} what Encoder.load throws; BUNDLE_MISMATCH when the bundle changed while it was copied
 */
export async function inspectBundle(folder: string, copyTo?: string): Promise<BundleFacts> {
  const link = new ThreadLink({ bundle: folder, release: undefined, copyTo });
  try {
    const { fingerprint, kind, dim } = await link.opened;
    return { fingerprint, kind, dim };
  } finally {
    await link.close({ save: false, timeoutMs: closeTimeoutMs });
  }
}
