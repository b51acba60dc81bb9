/** Looks into a bundle, and copies it: to read and hash one elsewhere would keep every answer waiting. */
import { copyBundle, Encoder, readBundle } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { serve } from '@attune/worker';
import type { BundleProtocol } from './bundle-protocol.js';

serve<BundleProtocol>(() => ({
  calls: {
    inspect: async ({ folder, copyTo }) => {
      const { fingerprint, dim, bundle } = await Encoder.load(folder);
      if (copyTo !== undefined) await copy(folder, copyTo, fingerprint);
      return { fingerprint, kind: bundle.kind, dim };
    },
  },
}));

async function copy(folder: string, to: string, fingerprint: string): Promise<void> {
  await copyBundle(await readBundle(folder), to);
  const copied = await readBundle(to);
  if (copied.fingerprint !== fingerprint)
    throw new AttuneError('BUNDLE_MISMATCH', 'The bundle changed while it was copied in.');
}
