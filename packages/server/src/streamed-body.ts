import { type Readable, Transform } from 'node:stream';
import { HttpError } from './errors.js';

export interface StreamLimits {
  maxBytes: number;
  /** A body of which nothing came for so long has failed. */
  idleMs: number;
}

/**
 * A body that is passed on while it comes: never held, and cut off where it breaks its limits.
 *
 * @param contentLength  what the request says; too much of it is refused before a byte is read
 * @throws {HttpError} 413 INVALID_ARGUMENT, here or as the stream's error; as its error also 400 DATA_EMPTY, and 408 UNAVAILABLE
 */
export function limitedStream(
  body: Readable,
  contentLength: string | undefined,
  { maxBytes, idleMs }: StreamLimits,
): Readable {
  const tooLarge = () =>
    new HttpError(
      413,
      'INVALID_ARGUMENT',
      `Expected a body of at most ${maxBytes} bytes, but it is larger. Pack it (.gz), or part it into several.`,
    );
  if (Number(contentLength ?? 0) > maxBytes) throw tooLarge();

  let bytes = 0;
  let timer: NodeJS.Timeout | undefined;
  const limited = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      timer?.refresh();
      if (bytes > maxBytes) done(tooLarge());
      else done(null, chunk);
    },
    flush(done) {
      if (bytes > 0) done();
      else
        done(
          new HttpError(400, 'DATA_EMPTY', 'Expected the contents of a file as the body, but it is empty.'),
        );
    },
  });
  timer = setTimeout(() => {
    // One who writes slowly to the disk is not the client's fault.
    if (limited.readableLength > 0) timer?.refresh();
    else limited.destroy(idle(idleMs));
  }, idleMs);
  // It may fail before somebody reads it, who is then told; unheard it would end the process.
  limited.on('error', () => undefined);
  limited.once('close', () => {
    clearTimeout(timer);
    body.unpipe(limited);
  });
  // A client that goes away ends the body without an end.
  body.once('error', (error) => limited.destroy(error));
  body.once('close', () => {
    if (!limited.writableEnded) limited.destroy(broken());
  });
  body.pipe(limited);
  return limited;
}

const idle = (idleMs: number) =>
  new HttpError(408, 'UNAVAILABLE', `Expected the body to go on, but nothing came for ${idleMs} ms.`);

const broken = () =>
  new HttpError(400, 'INVALID_ARGUMENT', 'Expected the whole body, but the connection ended in its middle.');
