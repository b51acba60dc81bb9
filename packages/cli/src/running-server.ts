import { addon } from '@attune/binding';
import { AttuneError } from '@attune/errors';
import { createServer, type ServerApp, serve, stderrLogger } from '@attune/server';
import { Service } from '@attune/service';
import { ownerOnlyFiles } from './owner-only-files.js';
import type { ServeOptions } from './server-options.js';

export interface RunningServer {
  service: Service;
  /** Such as `http://127.0.0.1:7400`. */
  url: string;
  /** Answers what is under way, then closes the service. */
  close(): Promise<void>;
}

export interface StartOptions extends Partial<ServeOptions> {
  data: string;
  version: string;
}

/**
 * Opens a data folder and serves it in this process.
 *
 * @throws {AttuneError} STORE_LOCKED, FILE_CORRUPT, FORMAT_UNSUPPORTED, FILE_UNWRITABLE; FORBIDDEN for a host that others reach
 *   while there is no key; UNAVAILABLE when the port is taken
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { data, version, logLevel = 'warn', origin } = options;
  addon.returnFreedBlocks(); // this process runs for weeks
  ownerOnlyFiles();
  // Read by the tokenisers' library at each call. Its threads have the priority of those that search, whoever's documents they tokenise.
  process.env['TOKENIZERS_PARALLELISM'] ??= 'false';
  const logger = stderrLogger(logLevel);
  const service = await Service.open(data, {
    maxQueuedSearches: options.maxQueuedSearches,
    maxCollections: options.maxCollections,
    openCollections: options.openCollections,
    log: (level, message) => logger[level](message),
  });
  let app: ServerApp;
  try {
    app = await createServer({
      service,
      logger,
      version,
      origins: origin,
      limits: limitsOf(options),
    });
  } catch (error) {
    await service.close();
    throw error;
  }
  try {
    const url = await serve(app, { host: options.host, port: options.port });
    return { service, url, close: () => app.close() };
  } catch (error) {
    await app.close();
    if (!(error instanceof AttuneError) || error.code !== 'FORBIDDEN') throw error;
    throw new AttuneError(
      'FORBIDDEN',
      `Expected --host to be this machine (127.0.0.1, ::1, localhost) while ${data} has no key, but received ${options.host}: whoever ` +
        `reached it would be let in. Make a key first: attune keys create ${data} --label me --scope admin`,
      { cause: error },
    );
  }
}

function limitsOf({ maxRequests, maxStreams, drainSeconds }: Partial<ServeOptions>) {
  return {
    ...(maxRequests !== undefined && { maxRequests }),
    ...(maxStreams !== undefined && { maxStreams }),
    ...(drainSeconds !== undefined && { drainTimeoutMs: drainSeconds * 1000 }),
  };
}
