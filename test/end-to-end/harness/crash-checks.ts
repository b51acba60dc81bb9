/** What is compared with the oracles after every restart. */
import { type StoredEvent, StoreReader } from '@attune/store';
import type { Content, DocumentOracle } from './document-oracle.js';
import type { EventOracle } from './event-oracle.js';
import { allPages, type HttpClient } from './http.js';
import type { Random } from './random.js';
import type { ListedRelease, ReleaseOracle, Serving } from './release-oracle.js';
import { type SearchBody, SearchCheck } from './search-check.js';
import { someQuery } from './words.js';

export interface Summary extends Serving {
  documents: number;
  indexed: number;
  ready: boolean;
}

export async function summaryOf(client: HttpClient, collection: string): Promise<Summary> {
  return client.json<Summary>(`/v1/collections/${collection}`);
}

export async function checkDocuments(
  client: HttpClient,
  collection: string,
  oracle: DocumentOracle,
): Promise<string[]> {
  const listed = await allPages<Content & { id: string }>(
    client,
    `/v1/collections/${collection}/documents`,
    500,
  );
  const there = new Map(listed.map(({ id, fields, attributes }) => [id, { fields, attributes }]));
  const wrong = there.size === listed.length ? [] : ['The list of documents names one twice'];
  const { documents } = await summaryOf(client, collection);
  if (documents !== listed.length)
    wrong.push(`The collection says ${documents} documents and lists ${listed.length}`);
  return [...wrong, ...oracle.settle(there)];
}

/** Reads the store beside the server, as an export does. */
export function checkEvents(folder: string, oracle: EventOracle, options: { whole: boolean }): string[] {
  const reader = StoreReader.open(folder);
  try {
    return oracle.check((after) => reader.events({ after }) as Iterable<StoredEvent>, options);
  } finally {
    reader.close();
  }
}

export async function checkReleases(
  client: HttpClient,
  collection: string,
  oracle: ReleaseOracle,
): Promise<string[]> {
  const { data: listed } = await client.json<{ data: ListedRelease[] }>(
    `/v1/collections/${collection}/releases`,
  );
  return oracle.settle(await summaryOf(client, collection), listed);
}

/**
 * Searches once more after everything has been indexed, and compares with a brute-force search over the documents.
 * Waiting for one more write is waiting for all before it.
 */
export async function checkSearches(
  client: HttpClient,
  collection: string,
  options: {
    documents: DocumentOracle;
    releases: ReleaseOracle;
    bundles: ReadonlyMap<string, string>;
    random: Random;
    /** Compare all ranks with brute force, not only the first one's score. */
    whole: boolean;
  },
): Promise<string[]> {
  const { documents, releases, bundles, random, whole } = options;
  const check = new SearchCheck(client, bundles);
  const sentinel = {
    op: 'upsert',
    id: 'sentinel',
    fields: { title: `sentinel ${random.between(0, 1e9)}` },
  } as const;
  const unit = documents.begin([sentinel]);
  await client.lines(`/v1/collections/${collection}/documents?refresh=wait`, [sentinel]);
  documents.acknowledge(unit);
  const query = someQuery(random);
  const body = { text: query, mode: 'vector', limit: 10 };
  const answer = await client.json<SearchBody>(`/v1/collections/${collection}/search`, { body });
  const wrong = await check.wrongWith(query, answer, releases.fingerprintOf(answer.release));
  if (answer.release !== releases.last.release)
    wrong.push(
      `A search is answered by release ${answer.release} while ${releases.last.release} is in service`,
    );
  const listed = await allPages<Content & { id: string }>(
    client,
    `/v1/collections/${collection}/documents`,
    500,
  );
  const found = await idsToFind(client, collection, query);
  wrong.push(
    ...wrongIds(
      found,
      listed.map(({ id }) => id),
    ),
  );
  if (!whole) return wrong;
  const texts = listed.map(({ id, fields }) => ({ id, text: fields['title'] ?? '' }));
  return [...wrong, ...(await check.wrongWithAll(query, answer, texts))];
}

const mostHits = 1000;

/** Every id that searches by vector can find: each document has a text, so the last page ends with the farthest. */
async function idsToFind(client: HttpClient, collection: string, text: string): Promise<string[]> {
  const ids: string[] = [];
  while (true) {
    const body = { text, mode: 'vector', limit: mostHits, offset: ids.length };
    const { hits } = await client.json<SearchBody>(`/v1/collections/${collection}/search`, { body });
    ids.push(...hits.map(({ id }) => id));
    if (hits.length < mostHits) return ids;
  }
}

/** What searches find and the store does not hold, and the other way round. */
export function wrongIds(found: readonly string[], stored: readonly string[]): string[] {
  const [there, kept] = [new Set(found), new Set(stored)];
  const lost = stored.filter((id) => !there.has(id));
  const phantom = found.filter((id) => !kept.has(id));
  const wrong: string[] = [];
  if (there.size < found.length) wrong.push(`Searches find ${found.length - there.size} documents twice`);
  if (lost.length > 0) wrong.push(`Searches do not find ${lost.length} stored documents, such as ${lost[0]}`);
  if (phantom.length > 0)
    wrong.push(`Searches find ${phantom.length} documents that are not stored, such as ${phantom[0]}`);
  return wrong;
}
