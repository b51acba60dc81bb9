import { type Caller, newIdempotencyKey } from '../call.js';
import { pause } from '../deadline.js';
import { AttuneApiError, AttuneConnectionError } from '../errors.js';
import { serverSentEvents } from '../server-sent-events.js';
import type { CallOptions } from '../transport.js';
import type { Job, JobPage, JobRequest, JobsQuery } from '../types.js';
import type { IdempotentOptions } from './search.js';

const one = '/v1/jobs/{job}';

/** The server says something every 15 s; a connection that is silent for longer is gone. */
const silenceMs = 45_000;
/** Failures to connect again, one after the other, before a watch gives up. */
const mostFailures = 8;
const longestPauseMs = 15_000;

const hasEnded = ({ state }: Job): boolean => state !== 'waiting' && state !== 'running';

/** Long work. */
export const jobOperations = (caller: Caller) => {
  const operations = {
    start: (
      request: JobRequest,
      { idempotencyKey = newIdempotencyKey(), ...options }: IdempotentOptions = {},
    ): Promise<Job> =>
      caller.json('post', '/v1/jobs', {
        ...options,
        json: request,
        headers: { 'idempotency-key': idempotencyKey },
        repeatable: true,
      }),

    get: (job: string, options?: CallOptions): Promise<Job> =>
      caller.json('get', one, { ...options, in: { job } }),

    /** The newest first, a page at a time. */
    list: (query?: JobsQuery, options?: CallOptions): Promise<JobPage> =>
      caller.json('get', '/v1/jobs', { ...options, query }),

    /** Resolves when it has ended, within seconds. */
    cancel: (job: string, options?: CallOptions): Promise<Job> =>
      caller.json('post', `${one}/cancel`, { ...options, in: { job }, repeatable: true }),

    /**
     * The job at every change, until it has ended; that state comes last. A connection that breaks is made again, and nothing is told
     * twice. The server leaves steps out for who reads slowly, the newest one never.
     *
     * @throws {AttuneApiError} such as NOT_FOUND
     * @throws {AttuneConnectionError} the server does not come back
     */
    async *watch(
      job: string,
      { signal }: { signal?: AbortSignal | undefined } = {},
    ): AsyncGenerator<Job, void, undefined> {
      let lastId: string | undefined;
      let pauseMs = 1000;
      let failures = 0;
      for (;;) {
        try {
          const reply = await caller.send('get', `${one}/events`, {
            in: { job },
            headers: {
              accept: 'text/event-stream',
              ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
            },
            timeoutMs: silenceMs,
            signal,
          });
          for await (const event of serverSentEvents(reply.pieces())) {
            failures = 0;
            lastId = event.id;
            pauseMs = event.retryMs ?? pauseMs;
            const state = JSON.parse(event.data) as Job;
            yield state;
            if (hasEnded(state)) return;
          }
          // No more will come, and what came last has been told.
          if (reply.response.status === 204) return;
        } catch (error) {
          if (!mayPass(error) || ++failures > mostFailures) throw error;
        }
        // The server is being shut down, or something between ended the connection.
        await pause(Math.min(pauseMs * 2 ** failures, longestPauseMs), signal);
      }
    },

    /** Resolves when the job has ended, however that was: look at its `state` and `error`. */
    async wait(job: string, options: { signal?: AbortSignal | undefined } = {}): Promise<Job> {
      let last: Job | undefined;
      for await (const state of operations.watch(job, options)) last = state;
      return last ?? operations.get(job, options);
    },
  };
  return operations;
};

/** Whether a watch may go on: a server that restarts refuses connections, or says that it is not ready. */
function mayPass(error: unknown): boolean {
  if (error instanceof AttuneConnectionError) return true;
  return error instanceof AttuneApiError && (error.status === 429 || error.status >= 502);
}
