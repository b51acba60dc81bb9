import { Readable } from 'node:stream';
import { constants, createGunzip, createGzip, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest, preParsingHookHandler } from 'fastify';
import { HttpError } from './errors.js';

/** Shorter answers are sent as they are: packing them takes longer than sending them. */
const leastBytes = 4096;
const fastest = { level: constants.Z_BEST_SPEED };

/**
 * Checks how a body is packed.
 *
 * @throws {HttpError} 415 INVALID_ARGUMENT for any other way than gzip
 */
export function checkContentEncoding(encoding: string | undefined): void {
  if (encoding === undefined || encoding === 'identity' || isGzip(encoding)) return;
  throw new HttpError(
    415,
    'INVALID_ARGUMENT',
    `Expected a body as it is, or with the Content-Encoding gzip, but received ${JSON.stringify(encoding.slice(0, 100))}.`,
    { headers: { 'accept-encoding': 'gzip, identity' } },
  );
}

/** Unpacks bodies as they come. A route's limits count what is unpacked, so a small body cannot become a large one. */
export const unpackBody: preParsingHookHandler = (request, reply, payload, done) => {
  if (!isGzip(request.headers['content-encoding'])) {
    done(null, payload);
    return;
  }
  const gunzip = createGunzip();
  const body: Readable & { receivedEncodedLength?: number } = Readable.from(unpacked(gunzip), {
    objectMode: false,
  });
  // Fastify compares it with Content-Length.
  body.receivedEncodedLength = 0;
  payload.on('data', (chunk: Buffer) => {
    body.receivedEncodedLength! += chunk.length;
  });
  // They may fail when nobody reads any more, as behind an answer 413; unheard it would end the process.
  for (const stream of [gunzip, body]) stream.on('error', () => undefined);
  // The request's own stream is left alone: it carries the answer.
  payload.once('error', (error) => gunzip.destroy(error));
  reply.raw.once('close', () => gunzip.destroy());
  payload.pipe(gunzip);
  done(null, body);
};

async function* unpacked(gunzip: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* gunzip;
  } catch (error) {
    if (!String((error as NodeJS.ErrnoException).code).startsWith('Z_')) throw error;
    throw new HttpError(
      400,
      'INVALID_ARGUMENT',
      'Expected a body that is packed as its Content-Encoding says, gzip, but it cannot be unpacked to its end.',
    );
  }
}

/** Packs long answers for clients that ask for it; not those that stay open, which are to arrive event by event. */
export function packAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error: Error | null, payload?: unknown) => void,
): void {
  const accepted = request.headers['accept-encoding'];
  const isText = typeof payload === 'string' || Buffer.isBuffer(payload);
  const isLong = isText ? payload.length >= leastBytes : payload instanceof Readable;
  if (!isLong || request.method === 'HEAD' || isEventStream(reply.getHeader('content-type'))) {
    done(null, payload);
    return;
  }
  const vary = reply.getHeader('vary');
  reply.header('vary', vary === undefined ? 'accept-encoding' : `${String(vary)}, accept-encoding`);
  if (accepted === undefined || !acceptsGzip(accepted)) {
    done(null, payload);
    return;
  }
  reply.header('content-encoding', 'gzip').removeHeader('content-length');
  if (isText) {
    gzip(payload, fastest, (error, packed) => done(error, packed));
    return;
  }
  const stream = payload as Readable;
  const packing = createGzip(fastest);
  stream.once('error', (error) => packing.destroy(error));
  packing.once('close', () => stream.destroy());
  done(null, stream.pipe(packing));
}

const isGzip = (encoding: string | undefined): boolean => encoding === 'gzip' || encoding === 'x-gzip';

const isEventStream = (type: unknown): boolean => String(type).startsWith('text/event-stream');

/** Whether a list such as `br, gzip;q=0.5` has gzip, or anything, with a weight above 0 (RFC 9110, 12.5.3). */
function acceptsGzip(accepted: string): boolean {
  const weights = new Map(
    accepted
      .toLowerCase()
      .split(',')
      .map((each) => {
        const [name = '', ...parameters] = each.split(';').map((part) => part.trim());
        const weight = parameters.find((parameter) => parameter.startsWith('q='));
        return [name, weight === undefined ? 1 : Number(weight.slice(2))];
      }),
  );
  return (weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0) > 0;
}
