import type { IncomingMessage } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';

const saneId = /^[A-Za-z0-9._-]{1,64}$/;
const idPrefix = Math.floor(Math.random() * 36 ** 6).toString(36);
let idCount = 0;

/** The caller's x-request-id when it is short and plain, else a new one. */
export function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && saneId.test(given) ? given : `${idPrefix}-${(++idCount).toString(36)}`;
}

/** JSON lines on stderr: stdout belongs to the program. */
export function stderrLogger(level = 'info'): FastifyBaseLogger {
  return pino({ level }, pino.destination({ fd: 2, sync: false }));
}
