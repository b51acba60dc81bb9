import type { FastifyRequest } from 'fastify';

/** Whether more of the body may arrive. */
export function bodyIsComing({ raw }: FastifyRequest): boolean {
  if (raw.complete) return false;
  return raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length'] ?? 0) > 0;
}
