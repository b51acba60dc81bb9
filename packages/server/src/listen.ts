import { AttuneError } from '@attune/errors';
import type { ServerApp } from './route.js';

export const defaultHost = '127.0.0.1';
export const defaultPort = 7400;

const loopbackNames = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1)$/;

/**
 * Listens. Port 0 takes any that is free.
 *
 * @returns where, such as `http://127.0.0.1:7400`
 * @throws {AttuneError} FORBIDDEN for a host that others can reach while no key exists; UNAVAILABLE when the port is taken
 */
export async function serve(
  app: ServerApp,
  { host = defaultHost, port = defaultPort }: { host?: string | undefined; port?: number | undefined } = {},
): Promise<string> {
  await app.keys.refresh();
  if (!loopbackNames.test(host) && (app.keyPolicy === 'none' || !app.keys.any)) {
    throw new AttuneError(
      'FORBIDDEN',
      `Expected a loopback host while no key exists, because whoever reached ${JSON.stringify(host)} would be let in. Make a key first.`,
    );
  }
  try {
    return await app.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw error;
    throw new AttuneError(
      'UNAVAILABLE',
      `Expected to listen on ${host}, port ${port}, but the system refused (${code}). Is another server running there?`,
      { cause: error },
    );
  }
}
