import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type ServerApp, type ServerOptions, serve } from '@attune/server';
import { Service, type ServiceOptions } from '@attune/service';

/** A server over a real service in a folder of its own, listening on a free port. */
export interface RunningServer {
  app: ServerApp;
  service: Service;
  url: string;
  /** What was logged, as JSON. */
  log: string[];
  json(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  body: any;
}

/** @param ofService  of the service below, which logs nowhere unless they say where */
export async function startServer(
  options: Partial<ServerOptions> = {},
  ofService: ServiceOptions = {},
): Promise<RunningServer> {
  const folder = await mkdtemp(join(tmpdir(), 'attune-server-'));
  const service = await Service.open(folder, ofService);
  const log: string[] = [];
  // A busy machine is no fault of the server's; the test of shedding sets its own bound.
  const limits = { maxEventLoopDelayMs: 60_000, ...options.limits };
  const app = await createServer({ service, logger: capturing(log), ...options, limits });
  const url = await serve(app, { port: 0 });
  return {
    app,
    service,
    url,
    log,
    json: (method, path, body, headers) => ask(url, method, path, body, headers),
    close: async () => {
      await app.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ask(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json$/.test(response.headers.get('content-type')?.split(';')[0] ?? '') && text !== '';
  const lines =
    text !== '' && response.headers.get('content-type')?.startsWith('application/x-ndjson') === true;
  const parsed = lines
    ? text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : undefined;
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: parsed ?? (isJson ? JSON.parse(text) : text),
  };
}

function capturing(log: string[]): NonNullable<ServerOptions['logger']> {
  const write =
    (level: string) =>
    (first: unknown, message?: string): void => {
      const plain = first instanceof Error ? { message: first.message, stack: first.stack } : first;
      log.push(JSON.stringify({ level, message, ...(typeof plain === 'object' ? plain : { plain }) }));
    };
  const logger = {
    level: 'info',
    fatal: write('fatal'),
    error: write('error'),
    warn: write('warn'),
    info: write('info'),
    debug: () => undefined,
    trace: () => undefined,
    silent: () => undefined,
    child: () => logger,
  };
  return logger as unknown as NonNullable<ServerOptions['logger']>;
}

/** A few documents that searches tell apart. */
export const lamps = [
  { id: 'oak', fields: { title: 'Oak desk lamp' }, attributes: { price: 40, set: 'wood' } },
  { id: 'steel', fields: { title: 'Steel floor lamp' }, attributes: { price: 90, set: 'metal' } },
  { id: 'chair', fields: { title: 'Garden chair' }, attributes: { price: 60, set: 'wood' } },
  { id: 'cat', fields: { title: 'Food for cats' }, attributes: { price: 5, set: 'pets' } },
];

export const linesOf = (values: readonly unknown[]): string =>
  values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n');

export async function withLamps(server: RunningServer, name = 'shop'): Promise<void> {
  await server.service.createCollection(name);
  await server.service.write(
    name,
    lamps.map((lamp) => ({ op: 'upsert' as const, ...lamp })),
    { refresh: true },
  );
}
