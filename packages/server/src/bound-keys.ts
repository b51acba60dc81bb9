import type { FastifyRequest } from 'fastify';
import { HttpError } from './errors.js';
import type { KeyView } from './keys.js';
import type { DeclaredRoute } from './route.js';

/**
 * Keeps a key that is for some collections alone to these: on a route of one collection here, on one that says `checksCollections` in its handler.
 * No other route is for such a key.
 *
 * @param nameOf  a collection's name by its name or an alias
 * @throws {HttpError} 403 FORBIDDEN
 */
export function checkBound(
  key: KeyView,
  route: DeclaredRoute,
  request: FastifyRequest,
  nameOf: (nameOrAlias: string) => string,
): void {
  if (key.collections === null || route.checksCollections) return;
  const { collection } = request.params as { collection?: string };
  if (!route.url.includes('/:collection') || collection === undefined) throw forbidden(key.collections);
  checkCollection(key, nameOf(collection));
}

/**
 * @param key   of the request; null where none was needed
 * @param name  of a collection, not an alias
 * @throws {HttpError} 403 FORBIDDEN where the key is for others
 */
export function checkCollection(key: KeyView | null, name: string): void {
  if (!isFor(key, name)) throw forbidden(key!.collections!);
}

/** Whether a key is for a collection. */
export const isFor = (key: KeyView | null, name: string): boolean =>
  key === null || key.collections === null || key.collections.includes(name);

const forbidden = (collections: readonly string[]) =>
  new HttpError(
    403,
    'FORBIDDEN',
    `Expected a key that is for this, but this one is for ${collections.join(', ')} alone.`,
  );
