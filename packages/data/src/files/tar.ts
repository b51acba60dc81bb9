import { AttuneError } from '@attune/errors';

const blockBytes = 512;
const dataName = /\.(csv|tsv|txt|jsonl|ndjson|json)$/i;

/** True when these first bytes of an unpacked stream are those of a tar archive (POSIX ustar or GNU). */
export function isTar(head: Buffer): boolean {
  return head.length >= 262 && head.toString('latin1', 257, 262) === 'ustar';
}

/**
 * The bytes of the one data file inside a tar stream. Folders, links and other files are passed over.
 *
 * @throws {AttuneError} FORMAT_UNSUPPORTED when it holds none or several, FILE_CORRUPT when it ends too early
 */
export async function* onlyDataFileOf(archive: AsyncIterable<Buffer>, path: string): AsyncGenerator<Buffer> {
  let pending: Buffer = Buffer.alloc(0);
  let remaining = 0; // bytes of the present entry still to come
  let padding = 0;
  let wanted = false;
  let found: string | undefined;
  for await (const chunk of archive) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      if (remaining > 0) {
        const part = pending.subarray(0, remaining);
        if (part.length === 0) break;
        pending = pending.subarray(part.length);
        remaining -= part.length;
        if (wanted) yield part;
      } else if (padding > 0) {
        const skipped = Math.min(padding, pending.length);
        if (skipped === 0) break;
        pending = pending.subarray(skipped);
        padding -= skipped;
      } else {
        if (pending.length < blockBytes) break;
        const header = pending.subarray(0, blockBytes);
        pending = pending.subarray(blockBytes);
        if (header.every((byte) => byte === 0)) continue; // end-of-archive blocks
        const name = textOf(header, 0, 100);
        const size = Number.parseInt(textOf(header, 124, 12).trim() || '0', 8);
        if (!Number.isSafeInteger(size) || size < 0) {
          throw new AttuneError(
            'FILE_CORRUPT',
            `The tar archive ${path} has an entry "${name}" without a size.`,
          );
        }
        const kind = header[156];
        wanted = (kind === 0 || kind === 0x30) && dataName.test(name);
        if (wanted && found !== undefined) {
          throw new AttuneError(
            'FORMAT_UNSUPPORTED',
            `Expected one data file in ${path}, but found ${found} and ${name}. Unpack it and name the file or folder.`,
          );
        }
        if (wanted) found = name;
        remaining = size;
        padding = (blockBytes - (size % blockBytes)) % blockBytes;
      }
    }
  }
  if (remaining > 0) throw new AttuneError('FILE_CORRUPT', `The tar archive ${path} ends inside an entry.`);
  if (found === undefined) {
    throw new AttuneError(
      'FORMAT_UNSUPPORTED',
      `Expected a .csv, .tsv, .txt, .jsonl, .ndjson or .json file in the tar archive ${path}, but found none.`,
    );
  }
}

function textOf(header: Buffer, start: number, length: number): string {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? length : end);
}
