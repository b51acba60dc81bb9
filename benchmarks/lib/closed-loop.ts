import autocannon, { type Result } from 'autocannon';

export interface ClosedLoopOptions {
  /** Of the server, without a path. */
  url: string;
  path: string;
  /** JSON; each connection has a slice of its own, so that requests at the same time differ. */
  bodies: readonly string[];
  connections: number;
  seconds: number;
}

/**
 * Each connection asks again as soon as it was answered. A slice of the bodies for each, because autocannon makes a request of every body of every
 * connection when it starts: all bodies for each would be seconds of its work in the measured time.
 */
export function closedLoop({ url, path, bodies, connections, seconds }: ClosedLoopOptions): Promise<Result> {
  const slice = Math.ceil(bodies.length / connections);
  let client = 0;
  return autocannon({
    url,
    connections,
    duration: seconds,
    setupClient: (each) => {
      const from = (client++ * slice) % bodies.length;
      each.setRequests(
        bodies.slice(from, from + slice).map((body) => ({
          method: 'POST',
          path,
          headers: { 'content-type': 'application/json' },
          body,
        })),
      );
    },
  });
}
