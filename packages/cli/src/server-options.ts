import { type Command, InvalidArgumentError, Option } from 'commander';
import { defaultHost, defaultPort } from './addresses.js';

/** What `attune serve` may be told; each also by an environment variable. */
export interface ServeOptions {
  host: string;
  port: number;
  logLevel: string;
  maxRequests: number | undefined;
  maxStreams: number | undefined;
  maxQueuedSearches: number | undefined;
  maxCollections: number | undefined;
  openCollections: number | undefined;
  drainSeconds: number | undefined;
  origin: string[] | undefined;
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

function portNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535)
    throw new InvalidArgumentError('Expected a port from 0 (any that is free) to 65535.');
  return value;
}

/** @throws {InvalidArgumentError} unless it is a whole number from 1 to 1,000,000 */
export function countNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || value > 1_000_000)
    throw new InvalidArgumentError('Expected a whole number from 1 to 1,000,000.');
  return value;
}

const list = (text: string) => text.split(',').map((each) => each.trim());

export const portOption = (variable: string) =>
  new Option('--port <port>', 'where to listen; 0 takes any port that is free')
    .env(variable)
    .argParser(portNumber)
    .default(defaultPort);

export function addServeOptions(command: Command): Command {
  const variable = (name: string) => `ATTUNE_SERVE_${name}`;
  return command
    .addOption(
      new Option('--host <address>', 'where to listen; beyond this machine only once there is a key')
        .env(variable('HOST'))
        .default(defaultHost),
    )
    .addOption(portOption(variable('PORT')))
    .addOption(
      new Option('--log-level <level>', 'what is logged to stderr, as JSON lines')
        .env(variable('LOG_LEVEL'))
        .choices(logLevels)
        .default('warn'),
    )
    .addOption(
      new Option('--max-requests <count>', 'requests under way; one more is answered 503 (default: 1024)')
        .env(variable('MAX_REQUESTS'))
        .argParser(countNumber),
    )
    .addOption(
      new Option('--max-streams <count>', 'answers that stay open, such as progress (default: 256)')
        .env(variable('MAX_STREAMS'))
        .argParser(countNumber),
    )
    .addOption(
      new Option(
        '--max-queued-searches <count>',
        'of one collection; one more is answered 429 (default: 1024)',
      )
        .env(variable('MAX_QUEUED_SEARCHES'))
        .argParser(countNumber),
    )
    .addOption(
      new Option('--max-collections <count>', 'that there may be; one more is answered 409 (default: 32)')
        .env(variable('MAX_COLLECTIONS'))
        .argParser(countNumber),
    )
    .addOption(
      new Option(
        '--open-collections <count>',
        'in memory at once, 100 to 180 MB each beside its documents; another is opened when it is asked, and the longest unused ' +
          'closed (default: 8)',
      )
        .env(variable('OPEN_COLLECTIONS'))
        .argParser(countNumber),
    )
    .addOption(
      new Option('--drain-seconds <count>', 'what is under way at the end gets this long (default: 8)')
        .env(variable('DRAIN_SECONDS'))
        .argParser(countNumber),
    )
    .addOption(
      new Option('--origin <origins>', 'web pages that may call, separated by commas')
        .env(variable('ORIGIN'))
        .argParser(list),
    );
}
