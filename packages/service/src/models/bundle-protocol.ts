import type { ModelSearch } from '@attune/store';

/** What the thread that serves HTTP and a thread that looks into a bundle say to each other. */
export interface BundleProtocol {
  open: () => void;
  worker: {
    inspect: (bundle: BundleToInspect) => BundleFacts;
  };
  parent: Record<never, never>;
}

/** The same file from the sources and from what is built of them. */
export const bundleThread = new URL('../../dist/models/bundle-thread.js', import.meta.url);

export interface BundleToInspect {
  folder: string;
  /** A folder that is made: the bundle's files, of the same fingerprint. */
  copyTo?: string | undefined;
}

/** What a bundle says of itself once it is loaded. */
export interface BundleFacts {
  fingerprint: string;
  kind: 'static' | 'transformer';
  dim: number;
  search: ModelSearch | undefined;
}
