import { AttuneError } from '@attune/errors';
import type { KeyView } from '@attune/server';
import type { KeyScope, Store } from '@attune/store';
import { type Command, InvalidArgumentError } from 'commander';
import { addConnectionOptions, type ConnectionOptions, connect } from '../connection.js';
import type { Context } from '../context.js';
import { countNumber } from '../server-options.js';
import { tableText } from '../text-style.js';

interface Target extends Partial<ConnectionOptions> {
  json?: boolean;
}

/** What a key may open. `admin` opens everything. */
const keyScopes = Object.keys({
  search: true,
  write: true,
  feedback: true,
  import: true,
  train: true,
  metrics: true,
  admin: true,
} satisfies Record<KeyScope, true>) as KeyScope[];

const dayMs = 86_400_000;
const unitMs = { h: 3_600_000, d: dayMs, w: 7 * dayMs } as const;

/** `90d`, `12h`, `4w`, or a date such as 2027-01-31; as milliseconds since 1970. */
export function expiryOf(text: string, now = Date.now()): number {
  const [, amount, unit] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  const at =
    amount === undefined
      ? /^\d{4}-\d\d-\d\d/.test(text)
        ? Date.parse(text)
        : Number.NaN
      : now + Number(amount) * unitMs[unit as keyof typeof unitMs];
  if (!(at > now))
    throw new InvalidArgumentError('Expected a time to come: 12h, 90d, 4w, or a date such as 2027-01-31.');
  return at;
}

function scopeList(text: string): KeyScope[] {
  const scopes = text.split(',').map((scope) => scope.trim());
  const unknown = scopes.find((scope) => !(keyScopes as string[]).includes(scope));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`Expected some of ${keyScopes.join(',')}, but received '${unknown}'.`);
  return scopes as KeyScope[];
}

const nameList = (text: string): string[] => text.split(',').map((name) => name.trim());

/** Keys lie in a folder that no server has open, or behind a server. */
function target(
  data: string | undefined,
  { url, key }: Target,
): { data: string } | { url: string; key?: string | undefined } {
  if (data !== undefined && url !== undefined)
    throw new AttuneError('INVALID_ARGUMENT', 'Expected a data folder or --url, but received both.');
  if (data !== undefined) return { data };
  if (url !== undefined) return { url, key };
  throw new AttuneError('INVALID_ARGUMENT', 'Expected a data folder, or --url of a running server.');
}

async function inFolder<Value>(data: string, work: (store: Store) => Promise<Value>): Promise<Value> {
  const { Store } = await import('@attune/store');
  const store = await Store.open(data, { create: true }).catch((error: unknown) => {
    if (!(error instanceof AttuneError) || error.code !== 'STORE_LOCKED') throw error;
    throw new AttuneError(
      'STORE_LOCKED',
      `${error.message.replace(/\.$/, '')}. Its server makes and ends keys too: name it with --url, and an admin's key with ATTUNE_KEY.`,
      { cause: error },
    );
  });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

const day = (at: number | null) =>
  at === null ? '' : new Date(at).toISOString().slice(0, 16).replace('T', ' ');

const stateOf = ({ revokedAt, expiresAt }: KeyView) =>
  revokedAt !== null ? 'revoked' : expiresAt !== null && expiresAt <= Date.now() ? 'expired' : 'valid';

export function addKeys(program: Command, context: Context): void {
  const keys = program
    .command('keys')
    .description(
      'Keys to a server: what each may do, until when. From the first one on, everybody needs one.',
    )
    .addHelpText('after', '\nExample:\n  attune keys create my-data --label shop --scope search,feedback');
  const say = (json: boolean | undefined, value: object, text: () => string) =>
    json ? context.printJson(value) : context.print(text());

  addConnectionOptions(keys.command('create').argument('[data]', 'a data folder that no server has open'), {
    optional: true,
  })
    .description('Make a key. It is shown this once; only its hash is kept.')
    .requiredOption('--label <text>', 'what you call it')
    .requiredOption(
      '--scope <scopes>',
      `what it may do, separated by commas: ${keyScopes.join(', ')}`,
      scopeList,
    )
    .option('--collections <names>', 'that it is for, separated by commas (all); not aliases', nameList)
    .option(
      '--limit <cost>',
      'what its requests may cost a second (any): 1 is a plain search for 10 hits; ten times as much at once',
      countNumber,
    )
    .option('--expires <when>', 'such as 12h, 90d, 4w or 2027-01-31 (never)', (text) => expiryOf(text))
    .option('--json', 'print the key as JSON (schema attune.key/1)')
    .addHelpText(
      'after',
      '\nExamples:\n  attune keys create my-data --label me --scope admin\n' +
        '  attune keys create --url http://127.0.0.1:7400 --label shop --scope search,feedback --collections shop --limit 50 --expires 90d',
    )
    .action(
      async (
        folder: string | undefined,
        options: Target & {
          label: string;
          scope: KeyScope[];
          collections?: string[];
          limit?: number;
          expires?: number;
        },
      ) => {
        const { label, scope: scopes, collections, limit: costPerSecond, expires: expiresAt, json } = options;
        const at = target(folder, options);
        const made =
          'data' in at
            ? await inFolder(at.data, async (store) =>
                (await import('@attune/server')).createKey(store, {
                  label,
                  scopes,
                  collections,
                  costPerSecond,
                  expiresAt,
                }),
              )
            : await connect(at).keys.create({
                label,
                scopes,
                ...(collections !== undefined && { collections }),
                ...(costPerSecond !== undefined && { costPerSecond }),
                ...(expiresAt !== undefined && { expiresAt }),
              });
        if (!json) context.note(`The key ${made.id} (${made.scopes.join(', ')}), shown this once:`);
        say(json, { schema: 'attune.key/1', ...made }, () => made.key);
      },
    );

  addConnectionOptions(keys.command('list').argument('[data]', 'a data folder'), { optional: true })
    .description('List the keys, revoked and expired ones too, without their secrets.')
    .option('--json', 'print them as JSON (schema attune.keys/1)')
    .addHelpText('after', '\nExample:\n  attune keys list my-data')
    .action(async (folder: string | undefined, options: Target) => {
      const at = target(folder, options);
      const found = 'data' in at ? await keysOf(at.data) : await connect(at).keys.list();
      say(options.json, { schema: 'attune.keys/1', keys: found }, () =>
        found.length === 0
          ? 'There is no key: a server answers this machine alone, without one.'
          : tableText(
              context,
              ['id', 'label', 'scopes', 'collections', 'limit', 'state', 'made', 'expires'],
              found.map((key) => [
                key.id,
                key.label,
                key.scopes.join(', '),
                key.collections?.join(', ') ?? 'all',
                key.costPerSecond === null ? 'none' : String(key.costPerSecond),
                stateOf(key),
                day(key.createdAt),
                day(key.expiresAt),
              ]),
            ),
      );
    });

  addConnectionOptions(
    keys
      .command('revoke')
      .argument('<id>', 'of the key')
      .argument('[data]', 'a data folder that no server has open'),
    { optional: true },
  )
    .description('End a key, for ever.')
    .option('--json', 'print it as JSON (schema attune.key/1)')
    .addHelpText('after', '\nExample:\n  attune keys revoke 3f9a1c2b7d4e my-data')
    .action(async (id: string, folder: string | undefined, options: Target) => {
      const at = target(folder, options);
      const ended =
        'data' in at
          ? await inFolder(at.data, async (store) => (await import('@attune/server')).revokeKey(store, id))
          : await connect(at).keys.revoke(id);
      say(
        options.json,
        { schema: 'attune.key/1', ...ended },
        () => `The key ${id} (${ended.label}) is revoked.`,
      );
    });
}

/** Read beside a running server too: reading takes no lock. */
async function keysOf(data: string): Promise<KeyView[]> {
  const [{ listKeys }, { StoreReader }] = await Promise.all([
    import('@attune/server'),
    import('@attune/store'),
  ]);
  const reader = StoreReader.open(data);
  try {
    return await listKeys({
      list: async (kind, options) => reader.list(kind, options),
      get: async (kind, name) => reader.get(kind, name),
      change: () => Promise.reject(new AttuneError('INTERNAL', 'A reader writes nothing.')),
    });
  } finally {
    reader.close();
  }
}
