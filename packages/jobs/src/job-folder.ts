import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';
import { isLeftover, readSealedJson } from '@attune/files';

/** What the work of a job came to; once it is there, the work is not done again. */
export const resultFile = 'result.json';
/** The result that the work of a job came to; undefined where it is to be done again, because there is none or it is damaged. */
export async function readResult(
  folder: string,
  damaged: (why: string) => void,
): Promise<{ result: unknown } | undefined> {
  try {
    return await readSealedJson<{ result: unknown }>(join(folder, resultFile));
  } catch (error) {
    if (!(error instanceof AttuneError) || error.code !== 'FILE_CORRUPT') throw error;
    damaged(error.message);
    return undefined;
  }
}

/** What the process of the job wrote to its standard output and error. */
export const logFile = 'log.txt';

/** Where a training puts its bundle until that is registered; its checkpoints lie beside it. */
export const tunedFolder = (folder: string, name: string): string => join(folder, 'tuned', name);
/** Where a cycle puts its candidate until that is registered. */
export const candidateFolder = (folder: string, name: string): string => join(folder, 'candidate', name);
/** What the steps of a cycle have made. */
export const stepsFolder = (folder: string): string => join(folder, 'cycle');

/** Keeps the reports of a job that has ended, and removes checkpoints and everything half made. */
export async function tidyJobFolder(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const isReport = entry.isFile() && !isLeftover(entry.name) && /\.(json|txt)$/.test(entry.name);
    if (!isReport) await rm(join(folder, entry.name), { recursive: true, force: true });
  }
}
