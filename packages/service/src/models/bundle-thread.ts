/** Looks into a bundle, and copies it: to read and hash one elsewhere would keep every answer waiting. */
import { type BundleInfo, copyBundle, Encoder, readBundle } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { carriedSettings } from '@attune/search';
import type { ModelSearch } from '@attune/store';
import { serve } from '@attune/worker';
import type { BundleProtocol } from './bundle-protocol.js';

serve<BundleProtocol>(() => ({
  calls: {
    inspect: async ({ folder, copyTo }) => {
      const { fingerprint, dim, bundle } = await Encoder.load(folder);
      if (copyTo !== undefined) await copy(folder, copyTo, fingerprint);
      return { fingerprint, kind: bundle.kind, dim, search: searchOf(bundle) };
    },
  },
}));

/** @throws {AttuneError} BUNDLE_INVALID where its settings are none */
function searchOf({ path, manifest }: BundleInfo): ModelSearch | undefined {
  const carried = manifest?.lineage.search;
  const settings = carriedSettings(carried, path);
  if (carried === undefined || settings === undefined) return undefined;
  return { settings, choices: carried.choices.map((choice) => ({ ...choice, tried: choice.tried.length })) };
}

async function copy(folder: string, to: string, fingerprint: string): Promise<void> {
  await copyBundle(await readBundle(folder), to);
  const copied = await readBundle(to);
  if (copied.fingerprint !== fingerprint)
    throw new AttuneError('BUNDLE_MISMATCH', 'The bundle changed while it was copied in.');
}
