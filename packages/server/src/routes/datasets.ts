import { Readable } from 'node:stream';
import { Type } from '@attune/schema/typebox';
import { idempotencyKeyOf } from '../idempotency.js';
import { shownJob } from '../job-events.js';
import { MiB, type ServerApp } from '../route.js';
import { Dataset, DatasetFileParams, DatasetParams, ValidationReport } from '../schemas/datasets.js';
import { Job } from '../schemas/jobs.js';
import { IdempotencyHeaders, listOf } from '../schemas/primitives.js';
import { limitedStream } from '../streamed-body.js';

const tags = ['datasets'];
const File = Type.String({ format: 'binary' });

/** Datasets: uploaded file by file, validated, listed, removed. */
export async function datasetRoutes(app: ServerApp): Promise<void> {
  const { datasets, jobs } = app.service;
  await app.register(uploadRoute);

  app.route({
    method: 'GET',
    url: '/v1/datasets',
    config: { scope: 'train', bodyLimit: 0, timeoutMs: 10_000 },
    schema: {
      operationId: 'listDatasets',
      tags,
      summary: 'All datasets',
      response: { 200: listOf('DatasetList', Dataset) },
    },
    handler: async () => ({ data: await datasets.list() }),
  });

  app.route({
    method: 'GET',
    url: '/v1/datasets/:dataset',
    config: { scope: 'train', bodyLimit: 0, timeoutMs: 10_000 },
    schema: {
      operationId: 'getDataset',
      tags,
      summary: 'One dataset: its files, and the verdict of its last validation',
      params: DatasetParams,
      response: { 200: Dataset },
    },
    handler: async (request) => datasets.get(request.params.dataset),
  });

  app.route({
    method: 'DELETE',
    url: '/v1/datasets/:dataset',
    config: { scope: 'train', bodyLimit: 0, timeoutMs: 60_000 },
    schema: {
      operationId: 'removeDataset',
      tags,
      summary: 'Removes a dataset with its files, unless something uses it',
      params: DatasetParams,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      await datasets.remove(request.params.dataset);
      return reply.code(204).send(null);
    },
  });

  app.route({
    method: 'POST',
    url: '/v1/datasets/:dataset/validate',
    config: { scope: 'train', bodyLimit: 0, cost: 'long', timeoutMs: 30_000 },
    schema: {
      operationId: 'validateDataset',
      tags,
      summary: 'Starts a job that checks the dataset; its place is in Location',
      params: DatasetParams,
      headers: IdempotencyHeaders,
      response: { 202: Job },
    },
    handler: async (request, reply) => {
      const job = await jobs.start(
        'validate',
        { dataset: request.params.dataset },
        { idempotencyKey: idempotencyKeyOf(request) },
      );
      return reply.code(202).header('location', `/v1/jobs/${job.id}`).send(shownJob(job));
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/datasets/:dataset/report',
    config: { scope: 'train', bodyLimit: 0, timeoutMs: 10_000 },
    schema: {
      operationId: 'getDatasetReport',
      tags,
      summary: 'What the last validation found; 404 when the files changed since',
      params: DatasetParams,
      response: { 200: ValidationReport },
    },
    handler: async (request) => ({ ...(await datasets.report(request.params.dataset)) }),
  });
}

/** In a context of its own, because its body is whatever it is, and is passed on as it comes. */
async function uploadRoute(app: ServerApp): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, body, done) => done(null, body));

  app.route({
    method: 'PUT',
    url: '/v1/datasets/:dataset/files/:file',
    config: {
      scope: 'train',
      bodyLimit: app.limits.maxUploadBytes,
      memoryBytes: MiB,
      cost: 'long',
      timeoutMs: app.limits.uploadTimeoutMs,
      streams: { 'application/octet-stream': File, 'application/x-ndjson': File, 'text/csv': File },
    },
    schema: {
      operationId: 'uploadDatasetFile',
      tags,
      summary:
        'Uploads a file of a dataset, which is made by its first one; a file of the same name is replaced',
      description:
        'The media type is not looked at: the ending of the name says what the file is. Packed files (.gz) are sent as they are, without ' +
        'Content-Encoding, which would unpack them on their way. The file counts once it is whole: a broken upload changes nothing. The verdict of a validation before it is void.',
      params: DatasetFileParams,
      response: { 200: Dataset },
    },
    handler: async (request) => {
      const { dataset, file } = request.params;
      // A request that says nothing of a body has none that could be read.
      const body = (request.body as Readable | undefined) ?? Readable.from([]);
      const { maxUploadBytes, requestTimeoutMs } = app.limits;
      const contents = limitedStream(body, request.headers['content-length'], {
        maxBytes: maxUploadBytes,
        idleMs: requestTimeoutMs,
      });
      try {
        return await app.service.datasets.put(dataset, file, contents);
      } finally {
        contents.destroy(); // where it was refused before it was read
      }
    },
  });
}
