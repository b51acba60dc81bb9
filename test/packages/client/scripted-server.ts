import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A server on a real socket that answers the n-th request with the n-th script, and keeps what it was asked. */
export async function scriptedServer(
  ...scripts: ((response: ServerResponse, request: SeenRequest) => unknown)[]
) {
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const place = seen.length;
    const entry = { method: request.method!, url: request.url!, headers: request.headers, body: '' };
    seen.push(entry);
    for await (const chunk of request) entry.body += chunk;
    const script = scripts[place];
    if (script === undefined) throw new Error(`Nothing is scripted for request ${place}`);
    await script(response, entry);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    seen,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

export const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  json(
    status,
    { type: 'about:blank', title: 'No', status, detail: 'It is so.', code, request_id: 'r-1' },
    { 'content-type': 'application/problem+json', ...headers },
  );
