import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Real data that is not part of the repository. Suites that need it say so by name where it is not there. */
export const sharedDir =
  process.env['ATTUNE_SHARED'] ?? fileURLToPath(new URL('../../shared', import.meta.url));
export const hasShared = existsSync(sharedDir);
