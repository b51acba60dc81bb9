import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';
import { Store, storeFile } from '@attune/store';

/** Where the demo's server has its data. */
export const serviceFolder = (out: string) => join(out, 'service');

/**
 * Clears away what an earlier demo served.
 *
 * @throws {AttuneError} STORE_LOCKED while a server still has it open; FILE_EXISTS for a folder that is none of the demo's
 */
export async function clearServiceFolder(out: string): Promise<void> {
  const data = serviceFolder(out);
  if (!existsSync(data)) return;
  if (!existsSync(storeFile(data)) && readdirSync(data).length > 0) {
    throw new AttuneError(
      'FILE_EXISTS',
      `Expected ${data} to be what an earlier demo served, but it holds other things. Choose another --out.`,
    );
  }
  const store = await Store.open(data, { create: false }).catch((error: unknown) => {
    if (error instanceof AttuneError && error.code === 'STORE_LOCKED') throw error;
    return undefined; // whatever else is wrong with it, it goes
  });
  await store?.close();
  await rm(data, { recursive: true, force: true });
}
