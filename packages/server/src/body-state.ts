import type { FastifyRequest } from 'fastify';

/** Bytes that a body may come to, at most: as it says itself, or `most` where it does not or is packed. */
export function mostBytesOf({ headers }: FastifyRequest, most: number): number {
  const { 'content-length': length, 'content-encoding': encoding = 'identity' } = headers;
  return length !== undefined && encoding === 'identity' ? Math.min(Number(length), most) : most;
}

/** Whether more of the body may arrive. */
export function bodyIsComing({ raw }: FastifyRequest): boolean {
  if (raw.complete) return false;
  return raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length'] ?? 0) > 0;
}
