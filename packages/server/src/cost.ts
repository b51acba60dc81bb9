import { conditionsOf, type SearchRequest, searchDefaults } from '@attune/schema';
import type { FastifyRequest } from 'fastify';
import { bytesSaid } from './body-state.js';
import { pageEntries } from './schemas/primitives.js';

/**
 * What requests cost, in the unit that keys have limits in: 1 is a plain search for 10 hits. These are the whole amounts that cost 1 more; the
 * table by kind of request is in the README.
 *
 * Measured as processor time beside a search of 50,000 documents of 400 bytes (2026-11-30, 7 to 12 ms there): 500 documents 138 ms, 1,024
 * texts 94, 64 KiB of one text 28, 1,000 hits 39, an offset of 10,000 118, 32 texts in one query 70, 1,000 ranges 834. Where documents are
 * fewer or words rarer, a search is cheaper than all of these, so they are counted higher than there.
 */
const unit = { bytes: 4096, texts: 16, entries: 100, filterWork: 2 ** 18 } as const;

/** What a route is charged before its body is read. */
export type CostKind =
  /** 1; what more the handler knows, it adds. */
  | 'one'
  /** By the length of the body. */
  | 'body'
  /** By the `limit` of the query string. */
  | 'page'
  /** For what goes on beside the answer, or takes seconds. */
  | 'long';

const longCost = 100;

/** What is known before a byte of the body is read. A length that the request does not say is charged when it is known. */
export function costBefore(kind: CostKind, request: FastifyRequest): number {
  if (kind === 'long') return longCost;
  if (kind === 'page') return 1 + wholes(entriesAsked(request), unit.entries);
  return kind === 'body' ? 1 + wholes(bytesSaid(request) ?? 0, unit.bytes) : 1;
}

/**
 * Charges the bytes of a body that did not say how many they would be, packed ones too.
 *
 * @throws {HttpError} 429 RATE_LIMITED
 */
export function chargeBody(request: FastifyRequest, bytes: number): void {
  if (isUnsaid(request)) request.cost?.add(wholes(bytes, unit.bytes));
}

/** The same bit by bit, for a body that is worked on while it comes: it is not refused in its middle, so it may leave a debt. */
export function oweBody(request: FastifyRequest, bytes: number): void {
  if (isUnsaid(request)) request.cost?.owe(bytes / unit.bytes);
}

const isUnsaid = (request: FastifyRequest): boolean =>
  request.cost !== null && request.routeOptions.config.cost === 'body' && bytesSaid(request) === undefined;

/**
 * What a search costs beyond the 1 of every request.
 *
 * @param documents  of the collection
 */
export function costOfSearch(
  { query, limit = searchDefaults.limit, offset = searchDefaults.offset, filter }: SearchRequest<unknown>,
  documents: number,
): number {
  const parts = Array.isArray(query) ? query.length : 1;
  const filterWork = filter === undefined ? 0 : conditionsOf(filter) * documents;
  return parts - 1 + wholes(limit + offset, unit.entries) + wholes(filterWork, unit.filterWork);
}

/** What texts to be encoded cost beyond their bytes. */
export const costOfTexts = (count: number): number => wholes(count, unit.texts);

/** What is no number is refused later. */
function entriesAsked({ query }: FastifyRequest): number {
  const entries = Number((query as { limit?: unknown }).limit ?? pageEntries.default);
  return entries > 0 && entries <= pageEntries.most ? entries : 0;
}

const wholes = (amount: number, of: number): number => Math.floor(amount / of);
