import type { ReleaseRecord } from '@attune/store';
import { HttpError } from '../errors.js';
import { KiB, pageMemory, type ServerApp } from '../route.js';
import {
  CollectionParams,
  cursorOf,
  listOf,
  nameOfCursor,
  PageQuery,
  pageEntries,
  pageOf,
} from '../schemas/primitives.js';
import {
  Decision,
  DecisionParams,
  ListedRelease,
  Promoted,
  Promotion,
  Release,
} from '../schemas/releases.js';

const tags = ['releases'];
/** Building the index of a large collection takes its time. */
const promotionTimeoutMs = 1_800_000;

/** A release says its precision, also one of before it was kept. */
const told = <Kept extends { precision?: ReleaseRecord['precision'] }>(release: Kept) => ({
  ...release,
  precision: release.precision ?? ('f32' as const),
});

/** What is in service and why: promotions, the way back, and what the gate said. */
export async function releaseRoutes(app: ServerApp): Promise<void> {
  const { service } = app;
  const nameOf = async (nameOrAlias: string) => (await service.collection(nameOrAlias)).name;

  app.route({
    method: 'POST',
    url: '/v1/collections/:collection/promote',
    config: { scope: 'admin', bodyLimit: 4 * KiB, cost: 'long', timeoutMs: promotionTimeoutMs },
    schema: {
      operationId: 'promote',
      tags,
      summary: 'Puts another model in service, and answers when searches are answered by it',
      description:
        'The index of the model is built beside the one in service; then both are replaced in one step. That takes as long as the ' +
        'documents need to be embedded. A model that knows less than half of what the documents say is refused, unless it is wanted ' +
        '`anyway`. It goes on when the connection breaks: the list of releases says whether it is done.',
      params: CollectionParams,
      body: Promotion,
      response: { 200: Promoted },
    },
    handler: async (request) => {
      const { model, anyway } = request.body;
      const name = await nameOf(request.params.collection);
      return told(await service.promote(name, model, { reason: 'hand', anyway }));
    },
  });

  app.route({
    method: 'POST',
    url: '/v1/collections/:collection/rollback',
    config: { scope: 'admin', bodyLimit: 0, cost: 'long', timeoutMs: promotionTimeoutMs },
    schema: {
      operationId: 'rollBack',
      tags,
      summary: 'Goes back to what was in service before',
      description: 'At once while that is still held; after a restart its index may have to be read again.',
      params: CollectionParams,
      response: { 200: Release },
    },
    handler: async (request) => told(await service.rollBack(await nameOf(request.params.collection))),
  });

  app.route({
    method: 'GET',
    url: '/v1/collections/:collection/releases',
    config: { scope: 'train', bodyLimit: 0, timeoutMs: 10_000 },
    schema: {
      operationId: 'listReleases',
      tags,
      summary: 'All that was ever in service, the newest first',
      params: CollectionParams,
      response: { 200: listOf('ReleaseList', ListedRelease) },
    },
    handler: async (request) => {
      const { name, release } = await service.collection(request.params.collection);
      const data = (await service.releases(name)).map((each) => ({
        ...told(each),
        serving: each.number === release,
      }));
      return { data: data.sort((a, b) => b.number - a.number) };
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/collections/:collection/decisions',
    config: { scope: 'train', bodyLimit: 0, memoryBytes: pageMemory, cost: 'page', timeoutMs: 10_000 },
    schema: {
      operationId: 'listDecisions',
      tags,
      summary: 'What the gate said of candidates, the newest first',
      params: CollectionParams,
      querystring: PageQuery,
      response: { 200: pageOf('DecisionPage', Decision) },
    },
    handler: async (request) => {
      const prefix = `${await nameOf(request.params.collection)}/`;
      const { limit = pageEntries.default, cursor } = request.query;
      const after = nameOfCursor(cursor);
      const found = await service.store.list('decision', {
        prefix,
        reverse: true,
        limit: limit + 1,
        ...(after === undefined ? {} : { after: `${prefix}${after}` }),
      });
      const data = found
        .slice(0, limit)
        .map(({ name, value }) => ({ id: name.slice(prefix.length), ...value }));
      return { data, next_cursor: found.length > limit ? cursorOf(data.at(-1)!.id) : null };
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/collections/:collection/decisions/:decision',
    config: { scope: 'train', bodyLimit: 0, timeoutMs: 10_000 },
    schema: {
      operationId: 'getDecision',
      tags,
      summary: 'One decision, with every number that it rests on',
      params: DecisionParams,
      response: { 200: Decision },
    },
    handler: async (request) => {
      const { collection, decision } = request.params;
      const found = await service.store.get('decision', `${await nameOf(collection)}/${decision}`);
      if (found !== undefined) return { id: decision, ...found.value };
      throw new HttpError(
        404,
        'NOT_FOUND',
        `Expected the id of a decision on ${collection}, but there is none called ${JSON.stringify(decision)}.`,
      );
    },
  });
}
