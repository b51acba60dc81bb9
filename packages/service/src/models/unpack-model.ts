import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { AttuneError } from '@attune/errors';
import { unwritable } from '@attune/files';
import { extract, type Header } from 'tar-stream';

export interface UnpackOptions {
  isGzipped?: boolean | undefined;
  /** Of the archive once it is unpacked, headers included. */
  mostBytes: number;
}

/** The largest models have some dozens of files. */
const mostEntries = 1000;
const mostPathBytes = 256;

/** Control characters, what Windows reads as a way or a drive, and characters that stand for undecodable bytes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const strange = /[\u0000-\u001f\u007f\\:\ufffd]/;

/**
 * Writes the files and folders of a tar archive into a new folder. An archive with anything else in it is refused: a link, a device, a
 * path that is absolute or leads out of the folder, a file that is there twice. Modes, owners and times are not taken over.
 *
 * @throws {AttuneError} DATA_INVALID naming the entry; DISK_FULL, FILE_UNWRITABLE; whatever the archive's stream fails with
 */
export async function unpackModel(archive: Readable, folder: string, options: UnpackOptions): Promise<void> {
  const { mostBytes, isGzipped = false } = options;
  await mkdir(folder).catch(failed);
  const entries = extract();
  const stages = isGzipped ? [createGunzip(), limit(mostBytes)] : [limit(mostBytes)];
  const reading = pipeline([archive, ...stages, entries as unknown as Writable]);
  // Heard below, and where the loop ends first, of no interest.
  reading.catch(() => undefined);
  try {
    let count = 0;
    for await (const entry of entries) {
      count += 1;
      if (count > mostEntries) throw refused(`at most ${mostEntries} files and folders`, 'there are more');
      await unpackEntry(entry as unknown as Entry, folder, mostBytes);
    }
    await reading;
  } catch (error) {
    if (error instanceof AttuneError) throw error;
    // Of tar-stream or zlib, which know only bytes.
    throw new AttuneError(
      'DATA_INVALID',
      `Expected a whole tar archive${isGzipped ? ', packed by gzip' : ''}, but it could not be read: ` +
        `${(error as Error).message.replace(/\.$/, '')}. Pack the model's folder again: tar c -C MODEL .`,
      { cause: error },
    );
  }
}

interface Entry extends AsyncIterable<Buffer> {
  header: Header;
  resume(): void;
}

async function unpackEntry(entry: Entry, folder: string, mostBytes: number): Promise<void> {
  // Of what it doesn't know, tar-stream says null.
  const { type, size } = entry.header as { type: Header['type'] | null; size: number };
  const path = pathOf(entry.header);
  if (type !== 'file' && type !== 'directory') {
    throw refused('plain files and folders alone', `${shown(path)} is a ${type ?? 'thing of unknown kind'}`);
  }
  if (size > mostBytes) {
    throw refused(`at most ${mostBytes} bytes`, `${shown(path)} says that it has ${size}`);
  }
  const target = join(folder, path);
  if (type === 'directory') {
    await mkdir(target, { recursive: true }).catch(failed);
    entry.resume();
    return;
  }
  await mkdir(dirname(target), { recursive: true }).catch(failed);
  const file = await open(target, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw refused('each file once', `${shown(path)} is there twice`);
    return failed(error);
  });
  try {
    for await (const part of entry) await file.writeFile(part).catch(failed);
  } finally {
    await file.close();
  }
}

/** Relative, without `.` at its beginning nor `/` at its end; empty for the folder itself. */
function pathOf({ name }: Header): string {
  if (Buffer.byteLength(name) > mostPathBytes) {
    throw refused(`paths of at most ${mostPathBytes} bytes`, `there is ${shown(`${name.slice(0, 80)}…`)}`);
  }
  if (name.startsWith('/')) throw refused('relative paths', `${shown(name)} is absolute`);
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw refused('paths inside the model', `${shown(name)} leads out of it`);
  if (strange.test(name)) throw refused('paths of plain names', `there is ${shown(name)}`);
  return parts.join('/');
}

/** Passes on what comes, up to a number of bytes: few packed bytes may hold very many. */
function limit(mostBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > mostBytes) done(refused(`at most ${mostBytes} bytes unpacked`, 'it has more'));
      else done(null, chunk);
    },
  });
}

const shown = (path: string): string => JSON.stringify(path);

const refused = (expected: string, found: string): AttuneError =>
  new AttuneError(
    'DATA_INVALID',
    `Expected ${expected} in the archive of a model, but ${found}. Pack what is inside the folder of the model: tar c -C FOLDER .`,
  );

function failed(error: unknown): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EEXIST' || code === 'ENOTDIR' || code === 'EISDIR')
    throw refused('each name once', 'one is that of a file and of a folder');
  throw unwritable('the model', error);
}
