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
  if (!whole) return wrong;
  const listed = await allPages<Content & { id: string }>(
    client,
    `/v1/collections/${collection}/documents`,
    500,
  );
  const texts = listed.map(({ id, fields }) => ({ id, text: fields['title'] ?? '' }));
  return [...wrong, ...(await check.wrongWithAll(query, answer, texts))];
}
