import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AttuneError } from '@attune/errors';

/**
 * A file that appears whole or not at all: it is written under a temporary name beside its own, synced and renamed.
 */
export class FileReplacement {
  readonly path: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;
  #buffer: string[] = [];
  #buffered = 0;

  private constructor(path: string, temporary: string, handle: FileHandle) {
    this.path = path;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  /** @throws {AttuneError} FILE_EXISTS when there is a file already and `force` is not set */
  static async open(path: string, options: { force?: boolean | undefined } = {}): Promise<FileReplacement> {
    if (existsSync(path) && options.force !== true) {
      throw new AttuneError(
        'FILE_EXISTS',
        `Expected no file at ${path}, but there is one. Name another, or overwrite it with force (--force).`,
      );
    }
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    return new FileReplacement(path, temporary, await open(temporary, 'wx'));
  }

  async write(text: string): Promise<void> {
    this.#buffer.push(text);
    this.#buffered += text.length;
    if (this.#buffered > 1 << 18) await this.#flush();
  }

  async commit(): Promise<void> {
    try {
      await this.#flush();
      await this.#handle.sync();
      await this.#handle.close();
      await rename(this.#temporary, this.path);
    } catch (error) {
      await this.discard();
      throw error;
    }
  }

  /** Leaves no trace; harmless after `commit`. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(this.#temporary, { force: true });
  }

  async #flush(): Promise<void> {
    const text = this.#buffer.join('');
    this.#buffer = [];
    this.#buffered = 0;
    if (text !== '') await this.#handle.appendFile(text, 'utf8');
  }
}

/** Writes lines as one file, whole or not at all. */
export async function writeLines(
  path: string,
  lines: Iterable<string>,
  options: { force?: boolean | undefined } = {},
): Promise<void> {
  const file = await FileReplacement.open(path, options);
  try {
    for (const line of lines) await file.write(`${line}\n`);
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
}
