import type { Precision } from '@attune/encode';
import type { ModelSearch } from '@attune/store';

/** What the thread that serves HTTP and a process that looks into a bundle say to each other. */
export interface BundleProtocol {
  open: () => void;
  worker: {
    /** Loads a bundle, tokenises and encodes texts that have ended processes, and copies it where that is wanted. */
    inspect: (bundle: BundleToInspect) => BundleFacts;
    /** Reads documents; false where there are no more. Of the store alone, so that it is known what a process was at when it ended. */
    read: (documents: DocumentsToTry) => boolean;
    /** Tokenises what was read. */
    tokenise: () => void;
  };
  parent: Record<never, never>;
}

export interface BundleToInspect {
  folder: string;
  /** A folder that is made: the bundle's files, of the same fingerprint. */
  copyTo?: string | undefined;
}

/** The documents of a collection, page by page. */
export interface DocumentsToTry {
  /** The data folder. */
  data: string;
  collection: string;
}

/** What a bundle says of itself once it is loaded. */
export interface BundleFacts {
  fingerprint: string;
  kind: 'static' | 'transformer';
  precision: Precision;
  dim: number;
  search: ModelSearch | undefined;
}
