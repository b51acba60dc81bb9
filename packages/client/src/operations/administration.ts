import { type Caller, newIdempotencyKey } from '../call.js';
import type { CallOptions } from '../transport.js';
import type {
  CreateKey,
  Dataset,
  Job,
  Key,
  Model,
  NewKey,
  PushedModel,
  TakenBack,
  ValidationReport,
} from '../types.js';
import type { IdempotentOptions } from './search.js';

const dataset = '/v1/datasets/{dataset}';
const uploadTimeoutMs = 4 * 3_600_000;

export interface PushOptions extends CallOptions {
  isGzipped?: boolean | undefined;
}

/** Registered models. */
export const modelOperations = (caller: Caller) => ({
  list: async (options?: CallOptions): Promise<Model[]> =>
    (await caller.json('get', '/v1/models', options)).data,

  /** By its name; of a collection or alias, the one in service. */
  get: (model: string, options?: CallOptions): Promise<Model> =>
    caller.json('get', '/v1/models/{model}', { ...options, in: { model } }),

  /**
   * Brings in a model: the tar archive of its folder, or a gzip of one. `isNew` is false where the server had it under this name already.
   * A stream works in Node alone, as with `datasets.upload`.
   *
   * @throws {AttuneApiError} CONFLICT when the name is another model's
   */
  push: async (
    name: string,
    archive: Uint8Array<ArrayBuffer> | Blob | ReadableStream<Uint8Array>,
    { isGzipped = false, ...options }: PushOptions = {},
  ): Promise<PushedModel> => {
    const reply = await caller.send('post', '/v1/models', {
      timeoutMs: uploadTimeoutMs,
      ...options,
      query: { name },
      headers: { 'content-type': isGzipped ? 'application/gzip' : 'application/x-tar' },
      body: archive,
      repeatable: !(archive instanceof ReadableStream),
    });
    return { ...(await reply.json<Model>()), isNew: reply.response.status === 201 };
  },

  /** Refused while something uses it. */
  delete: (model: string, options?: CallOptions): Promise<void> =>
    caller.json('delete', '/v1/models/{model}', { ...options, in: { model } }),
});

/** Datasets: what is learned from, and judged by. */
export const datasetOperations = (caller: Caller) => ({
  list: async (options?: CallOptions): Promise<Dataset[]> =>
    (await caller.json('get', '/v1/datasets', options)).data,

  get: (name: string, options?: CallOptions): Promise<Dataset> =>
    caller.json('get', dataset, { ...options, in: { dataset: name } }),

  delete: (name: string, options?: CallOptions): Promise<void> =>
    caller.json('delete', dataset, { ...options, in: { dataset: name } }),

  /**
   * Uploads one file; the first one makes the dataset. A text, bytes or a `Blob`, such as the file that a person chose, works everywhere;
   * a stream works in Node, and in browsers over HTTP/2, and is not sent again when the server is busy.
   */
  upload: (
    name: string,
    file: string,
    contents: string | Uint8Array<ArrayBuffer> | Blob | ReadableStream<Uint8Array>,
    options?: CallOptions,
  ): Promise<Dataset> =>
    caller.json('put', `${dataset}/files/{file}`, {
      timeoutMs: uploadTimeoutMs,
      ...options,
      in: { dataset: name, file },
      headers: { 'content-type': 'application/octet-stream' },
      body: contents,
      repeatable: !(contents instanceof ReadableStream),
    }),

  /** Starts a job that checks it. */
  validate: (
    name: string,
    { idempotencyKey = newIdempotencyKey(), ...options }: IdempotentOptions = {},
  ): Promise<Job> =>
    caller.json('post', `${dataset}/validate`, {
      ...options,
      in: { dataset: name },
      headers: { 'idempotency-key': idempotencyKey },
      repeatable: true,
    }),

  /** What the last validation found. */
  report: (name: string, options?: CallOptions): Promise<ValidationReport> =>
    caller.json('get', `${dataset}/report`, { ...options, in: { dataset: name } }),
});

/** Keys of the server. */
export const keyOperations = (caller: Caller) => ({
  list: async (options?: CallOptions): Promise<Key[]> => (await caller.json('get', '/v1/keys', options)).data,

  /** The only answer that holds the key itself. */
  create: (key: CreateKey, options?: CallOptions): Promise<NewKey> =>
    caller.json('post', '/v1/keys', { ...options, json: key }),

  revoke: (id: string, options?: CallOptions): Promise<Key> =>
    caller.json('delete', '/v1/keys/{id}', { ...options, in: { id } }),

  /** No cycle learns from what it sent any more; `count` events that counted before. */
  takeBackEvents: (id: string, options?: CallOptions): Promise<TakenBack> =>
    caller.json('delete', '/v1/keys/{id}/events', { ...options, in: { id } }),
});
