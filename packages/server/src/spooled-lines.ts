import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** Held in memory before they go to a file. */
const mostCharacters = 64 * 1024;

/** Lines of an answer that is sent once it is whole. A short one stays in memory; a long one waits in a temporary file. */
export class SpooledLines {
  #text = '';
  #folder: string | undefined;
  #file: FileHandle | undefined;

  async add(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    this.#text += `${lines.join('\n')}\n`;
    if (this.#text.length > mostCharacters) await this.#write();
  }

  /** All of them, once: the file goes when it has been read, or nobody reads it any more. */
  async take(): Promise<string | Readable> {
    if (this.#file === undefined) return this.#text;
    await this.#write();
    const stream = this.#file.createReadStream({ start: 0 });
    this.#file = undefined;
    stream.once('close', () => void this.discard());
    return stream;
  }

  /** Of an answer that is not sent. */
  async discard(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }

  async #write(): Promise<void> {
    this.#file ??= await this.#openFile();
    await this.#file.appendFile(this.#text);
    this.#text = '';
  }

  async #openFile(): Promise<FileHandle> {
    this.#folder = await mkdtemp(join(tmpdir(), 'attune-answer-'));
    const file = await open(join(this.#folder, 'lines'), 'wx+', 0o600);
    // Where a file may lose its name while it is open, nothing is left of it even by a server that is killed.
    await rm(this.#folder, { recursive: true, force: true }).catch(() => undefined);
    return file;
  }
}
