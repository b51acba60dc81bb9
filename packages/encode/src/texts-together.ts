import type { BundleInfo } from './bundle/types.js';

type ByKind = Record<BundleInfo['kind'], number>;

/** How many texts are encoded together, by what they are encoded for and by the kind of the encoder. */
export const textsTogether = {
  /** A chunk of a long job: enough to fill the core, few enough to cancel and to report. */
  job: { static: 8192, transformer: 1024 },
  /** One native call for somebody who waits, among searches: they wait no longer than it takes. */
  request: { static: 1024, transformer: 32 },
  /** One native call behind searches: of a static bundle a block of the core's loop, so that it takes no second thread from them. */
  indexing: { static: 256, transformer: 32 },
  /** Vectors that indexing makes and has stored before it continues: one or more of its calls. */
  storing: { static: 1024, transformer: 32 },
} satisfies Record<string, ByKind>;
