import type { KeyView } from './keys.js';

/** The Idempotency-Key of a request, as it is kept. A client's keys are its own: another's may be the same by chance. */
export function idempotencyKeyOf(request: {
  key: KeyView | null;
  headers: { 'idempotency-key'?: string };
}): string | undefined {
  const given = request.headers['idempotency-key'];
  return given === undefined ? undefined : `${request.key?.id ?? ''}/${given}`;
}
