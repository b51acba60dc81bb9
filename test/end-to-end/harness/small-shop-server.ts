/** A data folder with a small collection in it, and what it answers: the ground on which faults are made. */
import type { HttpClient } from './http.js';
import { Random } from './random.js';
import { type ServerOptions, ServerProcess } from './server-process.js';
import { someTitle } from './words.js';

export const collection = 'shop';

export interface ShopDocument {
  id: string;
  fields: { title: string };
  attributes: { stock: number };
}

/** The same in every run. */
export function shopDocuments(count: number): ShopDocument[] {
  const random = new Random(7);
  return Array.from({ length: count }, (_, n) => ({
    id: `item-${n}`,
    // A marker of each, by which its bytes are found in a file.
    fields: { title: `${someTitle(random)} marker${n}x` },
    attributes: { stock: n % 10 },
  }));
}

/** Starts a server on the folder and fills a collection; searches see all of it. */
export async function openShop(
  folder: string,
  documents: readonly ShopDocument[],
  options: ServerOptions = {},
): Promise<ServerProcess> {
  const server = await ServerProcess.ready(folder, options);
  await server.client.json('/v1/collections', { body: { name: collection } });
  await server.untilReady(60_000);
  await server.client.lines(`/v1/collections/${collection}/documents?refresh=wait`, documents, {
    timeoutMs: 60_000,
  });
  return server;
}

/** What a few searches of each mode find, to be compared before and after. */
export async function knownAnswers(client: HttpClient): Promise<string[]> {
  const asked = ['vector', 'lexical', 'hybrid'].flatMap((mode) =>
    ['wooden lamp', 'heavy hammer for the garage', 'marker17x'].map((text) => ({ text, mode, limit: 5 })),
  );
  return Promise.all(
    asked.map(async (body) => {
      const { hits } = await client.json<{ hits: { id: string; score: number }[] }>(
        `/v1/collections/${collection}/search`,
        { body },
      );
      return `${body.mode} "${body.text}": ${hits.map(({ id, score }) => `${id} ${score.toFixed(5)}`).join(', ')}`;
    }),
  );
}

/** Ids of which the document is not what it has to be. */
export async function missingOf(client: HttpClient, documents: readonly ShopDocument[]): Promise<string[]> {
  const missing: string[] = [];
  for (const { id, fields } of documents) {
    const { status, text } = await client.patiently(`/v1/collections/${collection}/documents/${id}`);
    const found = status === 200 && (JSON.parse(text) as ShopDocument).fields.title === fields.title;
    if (!found) missing.push(`${id}: ${status}`);
  }
  return missing;
}
