import { AttuneError } from '@attune/errors';
import type { Checked, DocumentWrite } from '@attune/schema';
import type { WriteResult as Written } from '@attune/store';
import { MiB, pageMemory, type ServerApp } from '../route.js';
import {
  DocumentBody,
  DocumentPage,
  DocumentParams,
  DocumentPatchBody,
  RefreshQuery,
  StoredDocument,
  WriteResult,
} from '../schemas/documents.js';
import { CollectionParams, cursorOf, nameOfCursor, PageQuery, pageEntries } from '../schemas/primitives.js';
import { sendWritten } from '../written.js';

const tags = ['documents'];
/** Of the documents of one page, as the store keeps them. */
const pageBytes = 4 * MiB;
const write = { scope: 'write', bodyLimit: 2 * MiB, cost: 'body', timeoutMs: 30_000 } as const;

/** Documents one at a time, and the list of them. Many at once are in bulk.ts. */
export async function documentRoutes(app: ServerApp): Promise<void> {
  // One page at a time: the store answers what is asked together in one message, which would be taken in and written in one turn.
  let pageBefore: Promise<unknown> = Promise.resolve();

  app.route({
    method: 'GET',
    url: '/v1/collections/:collection/documents',
    config: { scope: 'search', bodyLimit: 0, memoryBytes: pageMemory, cost: 'page', timeoutMs: 10_000 },
    schema: {
      operationId: 'listDocuments',
      tags,
      summary: 'Documents in the order of their ids',
      description:
        'A page ends after `limit` documents, or where they hold 4 MiB, but has one at least: `next_cursor` says whether there are more.',
      params: CollectionParams,
      querystring: PageQuery,
      response: { 200: DocumentPage },
    },
    handler: async (request, reply) => {
      const { limit = pageEntries.default, cursor } = request.query;
      const options = { after: nameOfCursor(cursor), limit, mostBytes: pageBytes };
      const page = pageBefore.then(async () => {
        const { documents: data, isLast } = await app.service.documents(request.params.collection, options);
        const next_cursor = isLast ? null : cursorOf(data.at(-1)!.id);
        return JSON.stringify({ data, next_cursor });
      });
      const end = () => undefined; // what it gave is not kept for the one behind it
      pageBefore = page.then(end, end);
      return sendWritten(reply, await page);
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/collections/:collection/documents/:id',
    config: { scope: 'search', bodyLimit: 0, timeoutMs: 10_000 },
    schema: {
      operationId: 'getDocument',
      tags,
      summary: 'One document',
      params: DocumentParams,
      response: { 200: StoredDocument },
    },
    handler: async (request, reply) => {
      const { collection, id } = request.params;
      const document = await app.service.document(collection, id);
      if (document === undefined) throw noDocument(collection, id);
      return sendWritten(reply, JSON.stringify(document));
    },
  });

  app.route({
    method: 'PUT',
    url: '/v1/collections/:collection/documents/:id',
    config: write,
    schema: {
      operationId: 'putDocument',
      tags,
      summary: 'Writes a document whole',
      params: DocumentParams,
      querystring: RefreshQuery,
      body: DocumentBody,
      response: { 200: WriteResult, 201: WriteResult },
    },
    handler: async (request, reply) => {
      const { collection, id } = request.params;
      const result = await writeOne(app, collection, { op: 'upsert', id, ...request.body }, request.query);
      return reply.code(result.status === 'created' ? 201 : 200).send(result);
    },
  });

  app.route({
    method: 'PATCH',
    url: '/v1/collections/:collection/documents/:id',
    config: write,
    schema: {
      operationId: 'patchDocument',
      tags,
      summary: 'Changes the fields and attributes that are named',
      params: DocumentParams,
      querystring: RefreshQuery,
      body: DocumentPatchBody,
      response: { 200: WriteResult },
    },
    handler: async (request) => {
      const { collection, id } = request.params;
      return writeOne(app, collection, { op: 'patch', id, ...request.body }, request.query);
    },
  });

  app.route({
    method: 'DELETE',
    url: '/v1/collections/:collection/documents/:id',
    config: { ...write, bodyLimit: 0 },
    schema: {
      operationId: 'deleteDocument',
      tags,
      summary: 'Deletes a document',
      params: DocumentParams,
      querystring: RefreshQuery,
      response: { 200: WriteResult },
    },
    handler: async (request) => {
      const { collection, id } = request.params;
      return writeOne(app, collection, { op: 'delete', id }, request.query);
    },
  });
}

/**
 * @param write  checked by the route: its path and its body have the schemas of a write's members
 * @throws {AttuneError} NOT_FOUND for a patch or delete of what is not there
 */
async function writeOne(
  app: ServerApp,
  collection: string,
  write: DocumentWrite,
  { refresh }: { refresh?: 'wait' },
): Promise<Written> {
  const writes = [write as Checked<DocumentWrite>];
  const [result] = await app.service.writeChecked(collection, writes, { refresh: refresh === 'wait' });
  if (result!.status === 'notFound') throw noDocument(collection, write.id);
  return result!;
}

function noDocument(collection: string, id: string): AttuneError {
  return new AttuneError(
    'NOT_FOUND',
    `Expected the id of a document of ${collection}, but it has none called ${JSON.stringify(id)}.`,
  );
}
