import type { FastifyRequest } from 'fastify';

/** Bytes of a body, as it says itself; undefined where it does not, or is packed. */
export function bytesSaid({ headers }: FastifyRequest): number | undefined {
  const { 'content-length': length, 'content-encoding': encoding = 'identity' } = headers;
  return length !== undefined && encoding === 'identity' ? Number(length) : undefined;
}

/** Bytes that a body may come to, at most. */
export function mostBytesOf(request: FastifyRequest, most: number): number {
  return Math.min(bytesSaid(request) ?? most, most);
}

/** Whether more of the body may arrive. */
export function bodyIsComing({ raw }: FastifyRequest): boolean {
  if (raw.complete) return false;
  return raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length'] ?? 0) > 0;
}
