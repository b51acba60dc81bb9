import { createHash } from 'node:crypto';
import { constants, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';

/** A JSON file longer than this is none of a model's; tokenizer.json of the largest vocabularies has 35 MB. */
const maxJsonBytes = 256 * 2 ** 20;

/**
 * The files of one bundle, each read once: what was hashed is what is used, even if the folder changes meanwhile.
 * Names are relative to the folder, with `/`.
 */
export class BundleFiles {
  readonly folder: string;
  readonly #read = new Map<string, Buffer>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The full path, for messages. */
  path(name: string): string {
    return join(this.folder, name);
  }

  /** Files read so far. */
  names(): string[] {
    return [...this.#read.keys()].sort();
  }

  async exists(name: string): Promise<boolean> {
    try {
      return (await stat(this.path(name))).isFile();
    } catch {
      return false;
    }
  }

  /**
   * @param why  what the file is needed for, said when it is missing
   * @throws {AttuneError} BUNDLE_INVALID when it is missing, FILE_UNREADABLE when it cannot be read
   */
  async bytes(name: string, why: string): Promise<Buffer> {
    const known = this.#read.get(name);
    if (known) return known;
    const bytes = await readWhole(this.path(name), why);
    this.#read.set(name, bytes);
    return bytes;
  }

  /** As `bytes`, for UTF-8. */
  async text(name: string, why: string): Promise<string> {
    const bytes = await this.bytes(name, why);
    if (bytes.length > maxJsonBytes) {
      throw new AttuneError(
        'BUNDLE_INVALID',
        `${this.path(name)}: ${bytes.length} bytes are too many for JSON.`,
      );
    }
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch (cause) {
      throw new AttuneError('BUNDLE_INVALID', `${this.path(name)}: expected UTF-8, but found other bytes.`, {
        cause,
      });
    }
  }

  /** SHA-256 of a file that was read, in hex. */
  sha256(name: string): string {
    const bytes = this.#read.get(name);
    if (!bytes) throw new AttuneError('INTERNAL', `${name} is hashed before it is read.`);
    return createHash('sha256').update(bytes).digest('hex');
  }

  /** Lets go of a file's bytes (its name stays known): weights live on as tensors. */
  release(name: string): void {
    if (this.#read.has(name)) this.#read.set(name, Buffer.alloc(0));
  }
}

async function readWhole(path: string, why: string): Promise<Buffer> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    // Not blocking, so that a named pipe in a hostile folder cannot hold the process.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new AttuneError('BUNDLE_INVALID', `${path} is missing: it is needed for ${why}.`, { cause });
    }
    throw new AttuneError('FILE_UNREADABLE', `${path} could not be read: ${message}.`, { cause });
  }
  try {
    const info = await file.stat();
    if (!info.isFile()) {
      throw new AttuneError(
        'BUNDLE_INVALID',
        `${path}: expected a file (for ${why}), but found something else.`,
      );
    }
    // In pieces, because readFile stops at 2 GiB.
    const bytes = Buffer.allocUnsafeSlow(info.size);
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, Math.min(bytes.length - filled, 2 ** 26), filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } catch (cause) {
    if (cause instanceof AttuneError) throw cause;
    throw new AttuneError('FILE_UNREADABLE', `${path} could not be read: ${(cause as Error).message}.`, {
      cause,
    });
  } finally {
    await file.close();
  }
}
