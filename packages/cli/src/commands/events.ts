import { createHash } from 'node:crypto';
import type { Client, UbiEvent } from '@attune/client';
import { AttuneError, counted } from '@attune/errors';
import { parseExactJson } from '@attune/schema';
import { type Command, InvalidArgumentError } from 'commander';
import { addConnectionOptions, type ConnectionOptions, connect } from '../connection.js';
import type { Context } from '../context.js';
import { inputLines } from '../input-lines.js';

interface SendOptions extends ConnectionOptions {
  action: string;
  query?: string;
  queryId?: string;
  object?: string;
  position?: number;
  collection?: string;
  client?: string;
  session?: string;
  json?: boolean;
}

/** The server takes as many in one request. */
const batchSize = 1000;
const batchBytes = 1 << 20;

function ordinal(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('Expected a rank, a whole number from 0 on.');
  return value;
}

export function addEvents(program: Command, context: Context): void {
  const events = program
    .command('events')
    .description("What people did with answers, in UBI's shape: send it, bring it in, take it out.")
    .addHelpText(
      'after',
      '\nExample:\n  attune events send --action click --query "desk lamp" --object 1234 --collection shop',
    );

  addConnectionOptions(events.command('send'))
    .description('Send one event.')
    .requiredOption('--action <name>', 'such as impression, click, add_to_cart, purchase')
    .option('--query-id <id>', 'of the search, as its answer said')
    .option('--query <text>', 'what was searched for, where there is no query id')
    .option('--object <id>', 'the document')
    .option('--position <ordinal>', 'its rank in the answer', ordinal)
    .option('--collection <name>', 'of the search; needed where there is no query id')
    .option('--client <id>', 'who did it; a made-up id of yours')
    .option('--session <id>', 'during which visit')
    .option('--json', 'print what was kept as JSON (schema attune.events/1)')
    .addHelpText(
      'after',
      '\nExample:\n  attune events send --action click --query-id 6610ec99-7b3c --object 1234 --position 2',
    )
    .action(async (options: SendOptions) => {
      const { action, query, queryId, object, position, collection, client, session } = options;
      const attributes = {
        ...(object !== undefined && { object: { object_id: object } }),
        ...(position !== undefined && { position: { ordinal: position } }),
      };
      const { count, without_search, note } = await connect(options).events.send([
        {
          action_name: action,
          timestamp: new Date().toISOString(),
          ...(queryId !== undefined && { query_id: queryId }),
          ...(query !== undefined && { user_query: query }),
          ...(collection !== undefined && { application: collection }),
          ...(client !== undefined && { client_id: client }),
          ...(session !== undefined && { session_id: session }),
          ...(Object.keys(attributes).length > 0 && { event_attributes: attributes }),
        },
      ]);
      if (options.json)
        context.printJson({
          schema: 'attune.events/1',
          count,
          withoutSearch: without_search,
          ...(note !== undefined && { note }),
        });
      else context.note(note === undefined ? 'Kept.' : `Kept. ${note}`);
    });

  addConnectionOptions(
    events.command('import').argument('<file>', 'one event a line (NDJSON), or - for stdin'),
  )
    .description('Send a file of events. Sent again after a break, what was kept is not kept twice.')
    .option('--collection <name>', 'of events that name no application')
    .option('--json', 'print what was kept as JSON (schema attune.events/1)')
    .addHelpText(
      'after',
      '\nExamples:\n  attune events import clicks.jsonl --collection shop\n  zcat clicks.jsonl.gz | attune events import - --collection shop',
    )
    .action(async (file: string, options: ConnectionOptions & { collection?: string; json?: boolean }) => {
      const client = connect(options);
      let count = 0;
      for await (const batch of batchesOf(file, options.collection)) {
        if (context.signal.aborted)
          throw new AttuneError(
            'CANCELLED',
            `Stopped after ${counted(count, 'event')}; the same command continues from there.`,
          );
        count += await sendBatch(client, batch);
        context.progress.update(counted(count, 'event'));
      }
      context.progress.end();
      if (options.json) context.printJson({ schema: 'attune.events/1', count });
      else context.print(`${counted(count, 'event is', 'events are')} kept.`);
    });

  events
    .command('export')
    .argument('<data>', 'a data folder, in service or not')
    .description('Write the events of a data folder, one a line, as they came.')
    .option('--collection <name>', 'only those of its searches')
    .option('--after <sequence>', 'only those that came after this one', ordinal)
    .option('--with-searches', 'each as {sequence, receivedAt, event, search}, with what was shown')
    .option('--json', 'as it is: the output is one JSON document a line')
    .addHelpText(
      'after',
      '\nExample:\n  attune events export my-data --collection shop > events.jsonl && attune validate events.jsonl',
    )
    .action(
      async (data: string, options: { collection?: string; after?: number; withSearches?: boolean }) => {
        const { StoreReader } = await import('@attune/store');
        const reader = StoreReader.open(data);
        try {
          const { collection, after } = options;
          for (const stored of reader.events({
            ...(collection !== undefined && { collection }),
            ...(after !== undefined && { after }),
          })) {
            if (options.withSearches) context.printLine(stored);
            else {
              // By itself an event has to say what it is about: the search knows the text and the collection.
              const { event, search } = stored;
              context.printLine({
                ...event,
                timestamp: event.timestamp ?? new Date(stored.receivedAt).toISOString(),
                ...(search && {
                  user_query: event.user_query ?? search.text,
                  application: search.collection,
                }),
              });
            }
          }
        } finally {
          reader.close();
        }
      },
    );
}

interface Batch {
  first: number;
  events: Record<string, unknown>[];
}

/** Events as lines bring them, up to a request's worth at a time. */
async function* batchesOf(file: string, collection: string | undefined): AsyncGenerator<Batch> {
  let batch: Batch = { first: 1, events: [] };
  let bytes = 0;
  for await (const { number, text } of inputLines(file)) {
    const event = parsed(text, file, number);
    if (collection !== undefined) event['application'] ??= collection;
    if (batch.events.length > 0 && (batch.events.length === batchSize || bytes + text.length > batchBytes)) {
      yield batch;
      batch = { first: number, events: [] };
      bytes = 0;
    }
    batch.events.push(event);
    bytes += text.length;
  }
  if (batch.events.length > 0) yield batch;
}

function parsed(text: string, file: string, line: number): Record<string, unknown> {
  try {
    // Ids may be numbers beyond 2^53, which keep their digits as text.
    const value: unknown = parseExactJson(text, String);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Said below, with the place.
  }
  throw new AttuneError(
    'DATA_INVALID',
    `${file}:${line}: expected an event as a JSON object, but read ${text.slice(0, 60)}. attune validate ${file} shows every such line.`,
  );
}

/** The key follows from where the batch stands and what is in it: the same file sent again changes nothing. */
async function sendBatch(client: Client, { first, events }: Batch): Promise<number> {
  const idempotencyKey = createHash('sha256')
    .update(JSON.stringify([first, events]))
    .digest('hex');
  return (await client.events.send(events as UbiEvent[], { idempotencyKey })).count;
}
