import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { AttuneError } from '@attune/errors';

/**
 * The lines of a file, or of stdin for `-`, that are not blank, with their numbers from 1.
 *
 * @throws {AttuneError} FILE_NOT_FOUND, FILE_UNREADABLE
 */
export async function* inputLines(file: string): AsyncGenerator<{ number: number; text: string }> {
  const stream = file === '-' ? process.stdin : createReadStream(file);
  let failure: NodeJS.ErrnoException | undefined;
  // readline ends quietly where its input fails.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    failure = error;
    lines.close();
  });
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  for await (const text of lines) {
    number += 1;
    if (text.trim() !== '') yield { number, text };
  }
  if (failure === undefined) return;
  throw new AttuneError(
    failure.code === 'ENOENT' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE',
    `Expected one event a line in ${file}, but it could not be read: ${failure.message}.`,
    { cause: failure },
  );
}
