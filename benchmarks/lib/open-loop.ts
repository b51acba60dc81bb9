import { Agent, request } from 'node:http';
import { randomNumbers } from './random.js';

export interface OpenLoop {
  url: string;
  /** Bodies of the posts, asked in turn. */
  bodies: readonly string[];
  perSecond: number;
  seconds: number;
  connections: number;
}

export interface OpenLoopFigures {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  failed: number;
}

/**
 * Posts at a rate, whether or not what went before has been answered, as people come: after gaps of random length (a Poisson
 * process, seeded). Times count from when a request was due, so that waiting for a free connection counts too.
 */
export async function openLoop({
  url,
  bodies,
  perSecond,
  seconds,
  connections,
}: OpenLoop): Promise<OpenLoopFigures> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  let failed = 0;
  const post = (body: string, dueAt: number) =>
    new Promise<void>((resolve) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const sent = request(url, { method: 'POST', agent, headers }, (response) => {
        response.resume();
        response.on('end', () => {
          if (response.statusCode === 200) times.push(performance.now() - dueAt);
          else failed += 1;
          resolve();
        });
      });
      sent.on('error', () => {
        failed += 1;
        resolve();
      });
      sent.end(body);
    });

  const gap = exponentialGaps(1000 / perSecond);
  const startedAt = performance.now();
  const underWay: Promise<void>[] = [];
  let dueAt = startedAt + gap();
  while (dueAt < startedAt + seconds * 1000) {
    for (; dueAt <= performance.now(); dueAt += gap())
      underWay.push(post(bodies[underWay.length % bodies.length]!, dueAt));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(underWay);
  const ms = performance.now() - startedAt;
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number) =>
    times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? Number.NaN;
  return { perSecond: (times.length / ms) * 1000, p50Ms: at(0.5), p99Ms: at(0.99), failed };
}

/** Times between the events of a Poisson process. */
function exponentialGaps(mean: number): () => number {
  const next = randomNumbers(1);
  return () => -mean * Math.log(1 - next());
}
