import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

const json = 'application/json; charset=utf-8';

/**
 * Sends an answer that is text already. For bodies that a thread has written, that are large, or whose members may be one of several types,
 * which a compiled serializer is slow at.
 */
export function sendWritten(reply: FastifyReply, text: string | Readable, type = json): FastifyReply {
  return reply.type(type).send(text);
}
