import { type Client, type ClientOptions, createClient } from '@attune/client';
import { AttuneError } from '@attune/errors';
import { type Command, Option } from 'commander';
import { defaultUrl } from './addresses.js';

/** Where the server is, and who asks. */
export interface ConnectionOptions {
  url: string;
  key?: string | undefined;
}

/** @param optional  for commands that may work on a folder instead: then there is no address unless one is named */
export function addConnectionOptions(command: Command, { optional = false } = {}): Command {
  const url = new Option('--url <url>', 'where the server listens');
  return command
    .addOption(optional ? url : url.env('ATTUNE_URL').default(defaultUrl))
    .addOption(
      new Option('--key <key>', 'attune_ID_SECRET; better by the variable, which other users cannot see').env(
        'ATTUNE_KEY',
      ),
    );
}

/** @throws {AttuneError} INVALID_ARGUMENT for an address that is none */
export function connect({ url, key }: ConnectionOptions, more: Pick<ClientOptions, 'retries'> = {}): Client {
  try {
    return createClient({ url, key, ...more });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected --url to be an address such as ${defaultUrl}, but received ${JSON.stringify(url)}.`,
      { cause: error },
    );
  }
}
