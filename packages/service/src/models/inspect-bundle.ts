import { AttuneError } from '@attune/errors';
import { startThread } from '@attune/worker';
import { type BundleFacts, type BundleProtocol, bundleThread } from './bundle-protocol.js';

const closeTimeoutMs = 10_000;

/**
 * Loads a bundle in a thread of its own, which compares its fingerprint and golden vectors.
 *
 * @param copyTo  a folder that is made: the bundle's files, of the same fingerprint
 * @throws {AttuneError} what Encoder.load throws; BUNDLE_MISMATCH when the bundle changed while it was copied
 */
export async function inspectBundle(folder: string, copyTo?: string): Promise<BundleFacts> {
  const ended = (reason: string) =>
    new AttuneError('UNAVAILABLE', `The thread that looked into the bundle has ended: ${reason}.`);
  const thread = startThread<BundleProtocol>(bundleThread, {
    name: 'attune-bundle',
    closed: () => ended('it was closed'),
    died: ({ reason }) => ended(reason),
  });
  try {
    return await thread.call('inspect', { folder, copyTo });
  } finally {
    await thread.close({ timeoutMs: closeTimeoutMs });
  }
}
