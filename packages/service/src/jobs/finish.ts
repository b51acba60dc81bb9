import type { LexicalSettings } from '@attune/search';
import type { ReleaseRecord, Store } from '@attune/store';
import type { Datasets } from '../datasets/datasets.js';
import type { Models } from '../models/models.js';
import type { JobKind, JobRequests } from './requests.js';

/** Builds the next generation of a collection and flips to it: `Service.promote`. */
export type Promote = (
  collection: string,
  bundle: string,
  options: {
    reason: 'gate';
    /** Name of the decision. */
    of: string;
    lexical: LexicalSettings;
    signal?: AbortSignal | undefined;
    onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
  },
) => Promise<ReleaseRecord & { number: number }>;

/** What the server does once the work is done: it alone writes the store. */
export interface Finish<Kind extends JobKind> {
  id: string;
  /** The data folder. */
  data: string;
  /** The job's own. */
  folder: string;
  request: JobRequests[Kind];
  store: Store;
  models: Models;
  datasets: Datasets;
  promote: Promote;
  signal: AbortSignal;
  step: (step: string) => void;
  progress: (share: number) => void;
}
