import type { FastifyRequest } from 'fastify';

/** Nothing came for so long: the client has stopped sending. */
const idleMs = 5000;
/** However it sends, it has had its answer for so long. */
const mostMs = 60_000;

/**
 * Reads on, and throws away, what comes of a body after its answer has been given. A connection that is closed while bytes of it have not been
 * read is reset, and a reset takes the answer with it that the client has not read yet.
 */
export function lingerAfterAnswer({ raw }: FastifyRequest): void {
  const { socket } = raw;
  raw.unpipe();
  raw.resume();
  // Node calls it once the last answer of a connection is out.
  socket.destroySoon = () => {
    const end = () => socket.destroy();
    const timer = setTimeout(end, mostMs);
    socket.setTimeout(idleMs, end);
    socket.once('close', () => clearTimeout(timer));
    socket.end();
  };
}
