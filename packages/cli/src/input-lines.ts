import { createReadStream } from 'node:fs';
import { AttuneError } from '@attune/errors';

/**
 * The lines of a file, or of stdin for `-`, that are not blank, with their numbers from 1.
 *
 * @throws {AttuneError} FILE_NOT_FOUND, FILE_UNREADABLE
 */
export async function* inputLines(file: string): AsyncGenerator<{ number: number; text: string }> {
  let rest = '';
  let number = 0;
  try {
    const stream = file === '-' ? process.stdin : createReadStream(file);
    for await (const piece of stream.setEncoding('utf8') as AsyncIterable<string>) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop()!;
      for (const text of lines) {
        number += 1;
        if (text.trim() !== '') yield { number, text };
      }
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // What the reader of the lines throws is its own.
    if (code === undefined || error instanceof AttuneError) throw error;
    throw new AttuneError(
      code === 'ENOENT' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE',
      `Expected one event a line in ${file}, but it could not be read: ${message}.`,
      { cause: error },
    );
  }
  if (rest.trim() !== '') yield { number: number + 1, text: rest };
}
