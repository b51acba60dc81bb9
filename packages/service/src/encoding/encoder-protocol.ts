import type { EmbedCalls } from './embed-batch.js';

/** What the thread that serves HTTP and a thread that only encodes say to each other. */
export interface EncoderProtocol {
  /** Loads the bundle in a folder. */
  open: (bundle: string) => { fingerprint: string; dim: number };
  worker: EmbedCalls;
  parent: Record<never, never>;
}
