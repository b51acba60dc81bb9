import { createHash } from 'node:crypto';
import { hasEnded, type Jobs, type JobView } from '@attune/jobs';

export interface JobEventsOptions {
  jobs: Pick<Jobs, 'get' | 'watch'>;
  job: string;
  /** What the client saw last. */
  lastEventId: string | undefined;
  /** Ends the stream: the client left, or the server closes. */
  signal: AbortSignal;
  heartbeatMs: number;
}

/**
 * A job as server-sent events, until it has ended. Each event is its whole state, so a client that was away lacks nothing after the
 * first one, and one that reads slowly is given the newest state instead of all that it missed. An id is the hash of the state, so that
 * it means the same after a restart of the server, and a client that comes back is not told again what it knows.
 */
export async function* jobEvents(options: JobEventsOptions): AsyncGenerator<string, void, undefined> {
  const { jobs, job: id, signal, heartbeatMs } = options;
  let newest: JobView | undefined;
  let wake = () => {};
  const end = () => wake();
  const unwatch = jobs.watch(id, (event) => {
    newest = event.job;
    wake();
  });
  signal.addEventListener('abort', end);
  try {
    // Where a connection ends too early, by how long the client waits before the next one.
    yield 'retry: 1000\n\n';
    const present = await jobs.get(id);
    newest ??= present;
    let told = options.lastEventId;
    while (!signal.aborted) {
      const job = newest;
      newest = undefined;
      if (job !== undefined) {
        const data = JSON.stringify(shownJob(job));
        const eventId = idOf(data);
        if (eventId !== told) yield `id: ${eventId}\nevent: job\ndata: ${data}\n\n`;
        told = eventId;
        if (hasEnded(job)) return;
      } else {
        const isBeat = await new Promise<boolean>((resolve) => {
          const timer = setTimeout(() => resolve(true), heartbeatMs);
          wake = () => {
            clearTimeout(timer);
            resolve(false);
          };
        });
        wake = () => {};
        // A comment: it keeps the connection alive through proxies, and shows a client that the server is there.
        if (isBeat) yield ': beat\n\n';
      }
    }
  } finally {
    unwatch();
    signal.removeEventListener('abort', end);
  }
}

/** The id of the event that says this. */
export const idOf = (data: string): string => createHash('sha256').update(data).digest('hex').slice(0, 24);

/** A job as it is told: without the key that its client made. */
export function shownJob(job: JobView): JobView {
  const { idempotencyKey: _, ...request } = job.request as Record<string, unknown>;
  return { ...job, request };
}
