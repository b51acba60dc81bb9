/** What the benchmark uses of autocannon, which brings no types. */
declare module 'autocannon' {
  interface Request {
    method?: string;
    path?: string;
    headers?: Record<string, string>;
    body?: string | Buffer;
  }
  interface Client {
    setRequests(requests: Request[]): void;
  }
  interface Options {
    url: string;
    connections: number;
    /** Seconds. */
    duration: number;
    /** Requests a second of all connections together: an open loop. */
    overallRate?: number;
    timeout?: number;
    setupClient?: (client: Client) => void;
  }
  export interface Result {
    /** Seconds. */
    duration: number;
    /** Milliseconds. */
    latency: { p50: number; p99: number; max: number; average: number };
    requests: { total: number; average: number };
    non2xx: number;
    errors: number;
    timeouts: number;
  }

  export type { Client, Options, Request, Result };
  export default function autocannon(options: Options): Promise<Result>;
}
