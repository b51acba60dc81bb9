import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isLeftover } from '@attune/files';

/** What the work of a job came to; once it is there, the work is not done again. */
export const resultFile = 'result.json';
/** What the process of the job wrote to its standard output and error. */
export const logFile = 'log.txt';

/** Keeps the reports of a job that has ended, and removes checkpoints and everything half made. */
export async function tidyJobFolder(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const isReport = entry.isFile() && !isLeftover(entry.name) && /\.(json|txt)$/.test(entry.name);
    if (!isReport) await rm(join(folder, entry.name), { recursive: true, force: true });
  }
}
