import type { ValidationReport } from '@attune/data';
import type { StoreReader } from '@attune/store';
import type { JobKind, JobRequests } from '../requests.js';

/** What the work of a job is given, in its own process. It reads the store, and writes into `folder` alone. */
export interface Work<Kind extends JobKind> {
  id: string;
  /** The data folder. */
  data: string;
  /** The job's own folder: what lies there whole is not made again. */
  folder: string;
  request: JobRequests[Kind];
  /** Events of a cycle count up to this one, so that it is about the same after a restart. */
  throughEvent: number;
  reader: StoreReader;
  signal: AbortSignal;
  step: (step: string) => void;
  /** Of this step, 0 to 1. */
  progress: (share: number) => void;
  note: (note: string) => void;
  /** Tells that a dataset was validated on the way. */
  verdict: (dataset: string, verdict: ValidationReport['verdict']) => void;
}
