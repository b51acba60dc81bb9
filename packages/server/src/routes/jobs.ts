import { Readable } from 'node:stream';
import { hasEnded } from '@attune/jobs';
import { Type } from '@attune/schema/typebox';
import { idempotencyKeyOf } from '../idempotency.js';
import { idOf, jobEvents, shownJob } from '../job-events.js';
import { KiB, pageMemory, type ServerApp } from '../route.js';
import { Job, JobParams, JobRequest, JobsQuery, LastEventHeaders } from '../schemas/jobs.js';
import { cursorOf, IdempotencyHeaders, nameOfCursor, pageEntries, pageOf } from '../schemas/primitives.js';

const tags = ['jobs'];

/** Long work: started, listed, watched, cancelled. */
export async function jobRoutes(app: ServerApp): Promise<void> {
  const { jobs } = app.service;

  app.route({
    method: 'POST',
    url: '/v1/jobs',
    config: { scope: 'train', bodyLimit: 64 * KiB, cost: 'long', timeoutMs: 30_000 },
    schema: {
      operationId: 'startJob',
      tags,
      summary: 'Starts a job, or puts it behind those that wait; its place is in Location',
      headers: IdempotencyHeaders,
      body: JobRequest,
      response: { 202: Job },
    },
    handler: async (request, reply) => {
      const { kind, ...asked } = request.body;
      const job = await jobs.start(kind, asked, { idempotencyKey: idempotencyKeyOf(request) });
      return reply.code(202).header('location', `/v1/jobs/${job.id}`).send(shownJob(job));
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/jobs',
    config: { scope: 'train', bodyLimit: 0, memoryBytes: pageMemory, cost: 'page', timeoutMs: 10_000 },
    schema: {
      operationId: 'listJobs',
      tags,
      summary: 'Jobs, the newest first',
      querystring: JobsQuery,
      response: { 200: pageOf('JobPage', Job) },
    },
    handler: async (request) => {
      const { limit = pageEntries.default, cursor, kind } = request.query;
      const found = await jobs.list({ after: nameOfCursor(cursor), limit: limit + 1, kind });
      const data = found.slice(0, limit).map(shownJob);
      return { data, next_cursor: found.length > limit ? cursorOf(data.at(-1)!.id) : null };
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/jobs/:job',
    config: { scope: 'train', bodyLimit: 0, timeoutMs: 10_000 },
    schema: {
      operationId: 'getJob',
      tags,
      summary: 'One job: its state, how far it is, and what came of it',
      params: JobParams,
      response: { 200: Job },
    },
    handler: async (request) => shownJob(await jobs.get(request.params.job)),
  });

  app.route({
    method: 'POST',
    url: '/v1/jobs/:job/cancel',
    config: { scope: 'train', bodyLimit: 0, timeoutMs: 30_000 },
    schema: {
      operationId: 'cancelJob',
      tags,
      summary: 'Cancels a job, and answers when it has ended: within seconds',
      params: JobParams,
      response: { 200: Job },
    },
    handler: async (request) => shownJob(await jobs.cancel(request.params.job)),
  });

  app.route({
    method: 'GET',
    url: '/v1/jobs/:job/events',
    // Without HEAD: its answer would stay open for a body that nobody gets.
    exposeHeadRoute: false,
    config: { scope: 'train', bodyLimit: 0, timeoutMs: null },
    schema: {
      operationId: 'watchJob',
      tags,
      summary: 'A job as server-sent events, each its whole state, until it has ended',
      description:
        'Events are called `job`; `data` is the job as JSON. With Last-Event-ID the present state is left out when it is the one that was ' +
        'seen last; 204 says that nothing more will come. A comment comes when nothing else does. The stream also ends when the server is ' +
        'being shut down: connect again after `retry` milliseconds.',
      params: JobParams,
      headers: LastEventHeaders,
      response: {
        200: { description: 'Events', content: { 'text/event-stream': { schema: Type.String() } } },
        204: Type.Null(),
      },
    },
    handler: async (request, reply) => {
      const job = await jobs.get(request.params.job);
      const lastEventId = request.headers['last-event-id'];
      // An EventSource connects again after every end; this tells it that there is no more.
      if (hasEnded(job) && lastEventId === idOf(JSON.stringify(shownJob(job))))
        return reply.code(204).send(null);

      const events = jobEvents({
        jobs,
        job: job.id,
        lastEventId,
        signal: AbortSignal.any([request.lifetime.signal, app.closing]),
        heartbeatMs: app.limits.heartbeatMs,
      });
      // For proxies that would collect the answer before they pass it on.
      reply.header('x-accel-buffering', 'no').type('text/event-stream; charset=utf-8');
      // A stream is what Fastify is given; what the client gets is the text that the schema says.
      return reply.send(
        Readable.from(events, { objectMode: false, highWaterMark: 1024 }) as unknown as string,
      );
    },
  });
}
