import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Real data and models beside the checkout; a suite that needs them says so where they are missing. */
export const sharedDir =
  process.env['ATTUNE_SHARED'] ?? fileURLToPath(new URL('../../shared', import.meta.url));
export const hasShared = existsSync(sharedDir);
