import { Readable } from 'node:stream';
import { AttuneError } from '@attune/errors';
import { Type } from '@attune/schema/typebox';
import { HttpError } from '../errors.js';
import { MiB, type ServerApp } from '../route.js';
import { Model, PushModelQuery } from '../schemas/embeddings.js';
import { limitedStream } from '../streamed-body.js';
import { modelOf } from './models.js';

const gzip = 'application/gzip';
const Archive = Type.String({ format: 'binary' });
const streams = { 'application/x-tar': Archive, [gzip]: Archive };

/** In a context of its own: elsewhere a body is JSON. The stream is left unread for the handler. */
export async function modelUploadRoute(app: ServerApp): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(Object.keys(streams), (_request, body, done) => done(null, body));

  app.route({
    method: 'POST',
    url: '/v1/models',
    config: {
      scope: 'admin',
      bodyLimit: app.limits.maxUploadBytes,
      memoryBytes: MiB,
      cost: 'long',
      timeoutMs: app.limits.uploadTimeoutMs,
      errors: 'openai',
      streams,
    },
    schema: {
      operationId: 'pushModel',
      tags: ['models'],
      summary: 'Brings in a model, as a tar archive of its folder',
      description:
        'The model’s files lie at the top of the archive; it holds plain files and folders alone, with relative paths. It is read whole and ' +
        'its golden vectors are computed before it is there under its name: a broken or refused upload leaves nothing. 201 where it is new; ' +
        '200 where the same model is there already under this name; 409 where another one is, because models never change.',
      querystring: PushModelQuery,
      response: { 200: Model, 201: Model },
    },
    handler: async (request, reply) => {
      const { name } = request.query;
      // A request that says nothing of a body has none that could be read.
      const body = (request.body as Readable | undefined) ?? Readable.from([]);
      const { maxUploadBytes, requestTimeoutMs } = app.limits;
      const archive = limitedStream(body, request.headers['content-length'], {
        maxBytes: maxUploadBytes,
        idleMs: requestTimeoutMs,
      });
      const isGzipped = request.headers['content-type']?.toLowerCase().startsWith(gzip) === true;
      try {
        const { models } = app.service;
        const { model, isNew } = await models.receive(name, archive, {
          isGzipped,
          mostBytes: maxUploadBytes,
        });
        if (isNew) reply.header('location', `/v1/models/${name}`);
        return await reply.code(isNew ? 201 : 200).send(modelOf(name, name, model));
      } catch (error) {
        throw asTheirs(error);
      } finally {
        archive.destroy(); // where it was refused before it was read
      }
    },
  });
}

/** A bundle that is damaged is the server's fault elsewhere; here it is what was sent. */
function asTheirs(error: unknown): unknown {
  if (!(error instanceof AttuneError) || !error.code.startsWith('BUNDLE_')) return error;
  return new HttpError(400, error.code, error.message);
}
