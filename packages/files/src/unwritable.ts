import { AttuneError } from '@attune/errors';

/**
 * What a failed write means to the caller. What is no error of the file system is given back as it is.
 *
 * @param what  what was to be written, as the message names it
 */
export function unwritable(what: string, cause: unknown): unknown {
  if (cause instanceof AttuneError) return cause;
  const { code, syscall, message } = (cause ?? {}) as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AttuneError(
      'DISK_FULL',
      `There is no space left to write ${what}. Free some, then try again.`,
      { cause },
    );
  }
  if (syscall === undefined) return cause;
  return new AttuneError('FILE_UNWRITABLE', `${what} could not be written: ${message}.`, { cause });
}
