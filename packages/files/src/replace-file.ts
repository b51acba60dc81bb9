import { type FileHandle, open, realpath, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AttuneError } from '@attune/errors';
import { partialBeside } from './leftovers.js';
import { moveSynced } from './sync.js';
import { unwritable } from './unwritable.js';

export interface ReplaceOptions {
  /** False: FILE_EXISTS where there is a file already. True unless set. */
  force?: boolean | undefined;
  /** What a message calls the file; its path unless set. */
  what?: string | undefined;
}

/** Text is written as UTF-8. */
type Part = string | Uint8Array;
export type Content = Part | Iterable<Part> | AsyncIterable<Part>;

/** Text waits until there is so much of it. */
const bufferedLength = 2 ** 18;

/**
 * A file that appears whole or not at all, written as its parts are found. Ended by `commit` or `discard`.
 */
export class FileReplacement {
  readonly path: string;
  readonly #what: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;
  #waiting: string[] = [];
  #length = 0;

  private constructor(path: string, what: string, temporary: string, handle: FileHandle) {
    this.path = path;
    this.#what = what;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  /** @throws {AttuneError} FILE_EXISTS without `force`; DISK_FULL, FILE_UNWRITABLE */
  static async open(
    path: string,
    { force = true, what = path }: ReplaceOptions = {},
  ): Promise<FileReplacement> {
    try {
      const mode = await modeOf(path, force);
      const place = await realpath(path).catch(() => resolve(path));
      const temporary = partialBeside(place);
      const handle = await open(temporary, 'wx');
      const file = new FileReplacement(place, what, temporary, handle);
      if (mode !== undefined) await file.#guarded(() => handle.chmod(mode));
      return file;
    } catch (error) {
      throw unwritable(what, error);
    }
  }

  /** @throws {AttuneError} DISK_FULL, FILE_UNWRITABLE; then nothing is left of it */
  async write(part: Part): Promise<void> {
    if (typeof part === 'string') {
      this.#waiting.push(part);
      this.#length += part.length;
      if (this.#length >= bufferedLength) await this.#guarded(() => this.#flush());
      return;
    }
    await this.#guarded(async () => {
      await this.#flush();
      await this.#handle.writeFile(part);
    });
  }

  /** @throws {AttuneError} DISK_FULL, FILE_UNWRITABLE; then nothing is left of it */
  async commit(): Promise<void> {
    await this.#guarded(async () => {
      await this.#flush();
      await this.#handle.sync();
      await this.#handle.close();
      await moveSynced(this.#temporary, this.path);
    });
  }

  /** Leaves no trace; harmless after `commit`. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    // What cannot be removed does not hide why the writing failed.
    await rm(this.#temporary, { force: true }).catch(() => undefined);
  }

  async #flush(): Promise<void> {
    const text = this.#waiting.join('');
    this.#waiting = [];
    this.#length = 0;
    if (text !== '') await this.#handle.writeFile(text, 'utf8');
  }

  async #guarded(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      await this.discard();
      throw unwritable(this.#what, error);
    }
  }
}

/** The permissions of the file that is there; undefined where none is. */
async function modeOf(path: string, force: boolean): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (!force) {
    throw new AttuneError(
      'FILE_EXISTS',
      `Expected no file at ${path}, but there is one. Name another, or overwrite it with \`force\`.`,
    );
  }
  if (found.isFile()) return found.mode & 0o777;
  throw new AttuneError(
    'FILE_UNWRITABLE',
    `Expected a file at ${path}, or nothing, but it is something else.`,
  );
}

/**
 * Writes a whole file or nothing: a reader, and a crash at any moment, meet the old content or the new.
 *
 * @throws {AttuneError} FILE_EXISTS without `force`; DISK_FULL, FILE_UNWRITABLE; whatever the content throws
 */
export async function replaceFile(
  path: string,
  content: Content,
  options: ReplaceOptions = {},
): Promise<void> {
  const file = await FileReplacement.open(path, options);
  try {
    if (typeof content === 'string' || content instanceof Uint8Array) await file.write(content);
    else for await (const part of content) await file.write(part);
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
}
