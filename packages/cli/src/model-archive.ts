import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';

export interface ArchiveOptions {
  /** Is told how many bytes of files were packed so far. */
  onProgress(done: number, total: number): void;
}

/**
 * Files of a folder as a tar archive that a request can send: they are read as it is sent.
 *
 * @param names  relative to the folder, with `/`
 */
export async function archiveOf(
  folder: string,
  names: readonly string[],
  { onProgress }: ArchiveOptions,
): Promise<ReadableStream<Uint8Array>> {
  const files = await Promise.all(
    names.map(async (name) => ({ name, size: (await stat(join(folder, name))).size })),
  );
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const archive = pack();
  let done = 0;
  const fill = async () => {
    for (const { name, size } of files) {
      const source = createReadStream(join(folder, name));
      source.on('data', (part) => {
        done += part.length;
        onProgress(done, total);
      });
      await pipeline(source, archive.entry({ name, size }) as unknown as NodeJS.WritableStream);
    }
    archive.finalize();
  };
  fill().catch((error: Error) => archive.destroy(error));
  return Readable.toWeb(Readable.from(archive)) as ReadableStream<Uint8Array>;
}
