import { dirname } from 'node:path';
import { makeFolder, replaceFile } from '@attune/files';

/**
 * Writes lines as one file, whole or not at all, in a folder that is made if need be.
 *
 * @throws {AttuneError} FILE_EXISTS when there is a file already and `force` is not set; DISK_FULL, FILE_UNWRITABLE
 */
export async function writeLines(
  path: string,
  lines: Iterable<string>,
  { force = false }: { force?: boolean | undefined } = {},
): Promise<void> {
  await makeFolder(dirname(path));
  await replaceFile(path, ended(lines), { force });
}

function* ended(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}
