import type { Collection } from '@attune/client';
import { AttuneError, counted } from '@attune/errors';
import type { Command } from 'commander';
import { addConnectionOptions, type ConnectionOptions, connect } from '../connection.js';
import type { Context } from '../context.js';
import { tableText } from '../text-style.js';

interface CollectionsOptions extends ConnectionOptions {
  json?: boolean;
}

export function addCollections(program: Command, context: Context): void {
  const collections = program
    .command('collections')
    .description('The collections of a running server: documents under a name, and the model that answers.')
    .addHelpText('after', '\nExample:\n  attune collections create shop --model my-model');
  const sub = (name: string, description: string) =>
    addConnectionOptions(collections.command(name)).description(description);
  const json = 'print as JSON (schema attune.collections/1)';
  const say = (found: readonly Collection[], { json }: CollectionsOptions, text: () => string) =>
    json ? context.printJson({ schema: 'attune.collections/1', collections: found }) : context.print(text());

  sub('list', 'List the collections.')
    .option('--json', json)
    .addHelpText('after', '\nExample:\n  attune collections list --url http://127.0.0.1:7400')
    .action(async (options: CollectionsOptions) => {
      const found = await connect(options).collections.list({ signal: context.signal });
      const none = 'There is no collection yet. Make one: attune collections create shop';
      say(found, options, () => (found.length === 0 ? none : listText(context, found)));
    });

  sub('show', 'Show one collection, by its name or an alias.')
    .argument('<name>', 'of the collection')
    .option('--json', json)
    .addHelpText('after', '\nExample:\n  attune collections show shop')
    .action(async (name: string, options: CollectionsOptions) => {
      const found = await connect(options).collections.get(name, { signal: context.signal });
      say([found], options, () => showText(found));
    });

  sub('create', 'Make a collection, which has no documents yet.')
    .argument('<name>', 'what it is called: a-z, 0-9, ".", "_" and "-"')
    .option('--model <name>', 'of the server, by which it answers (attune-base-en)')
    .option('--json', json)
    .addHelpText(
      'after',
      '\nExamples:\n  attune collections create shop --model my-model\n' +
        '  attune documents import catalogue.csv --collection shop',
    )
    .action(async (name: string, options: CollectionsOptions & { model?: string }) => {
      const { model } = options;
      const asked = { name, ...(model !== undefined && { bundle: model }) };
      const made = await connect(options).collections.create(asked, { signal: context.signal });
      say(
        [made],
        options,
        () =>
          `${made.name} is made, and answers by ${made.bundle}. Its documents: attune documents import FILE --collection ${made.name}`,
      );
    });

  sub('delete', 'Delete a collection with its documents, releases and decisions. Its events stay.')
    .argument('<name>', 'of the collection')
    .option('--yes', 'delete it: without it, only what would be deleted is said')
    .option('--json', 'print its name as JSON (schema attune.removed/1)')
    .addHelpText('after', '\nExample:\n  attune collections delete shop --yes')
    .action(async (name: string, options: CollectionsOptions & { yes?: boolean }) => {
      const client = connect(options);
      const { documents } = await client.collections.get(name, { signal: context.signal });
      if (!options.yes) {
        throw new AttuneError(
          'INVALID_ARGUMENT',
          `Expected --yes, because this deletes the collection ${name} with ${counted(documents, 'document')} for good. A copy of all: ` +
            'attune backup DATA --out FOLDER',
        );
      }
      await client.collections.delete(name, { signal: context.signal });
      if (options.json) context.printJson({ schema: 'attune.removed/1', name });
      else context.print(`${name} is deleted, with ${counted(documents, 'document')}.`);
    });
}

function listText(context: Context, collections: readonly Collection[]): string {
  return tableText(
    context,
    ['collection', 'documents', 'seen by searches', 'model', 'release', 'state'],
    collections.map(({ name, documents, indexed, bundle, release, ready }) => [
      name,
      String(documents),
      String(indexed),
      bundle,
      String(release),
      ready ? 'answers' : 'is being opened',
    ]),
  );
}

function showText(collection: Collection): string {
  const { name, documents, indexed, withoutText, bundle, release, fingerprint, dim, createdAt } = collection;
  return [
    `${name}${collection.ready ? '' : ' (its index is being opened)'}`,
    `documents    ${documents.toLocaleString('en')}, of which searches see ${indexed.toLocaleString('en')}`,
    ...(withoutText === null || withoutText === 0
      ? []
      : [`without text ${withoutText.toLocaleString('en')}, which no search finds`]),
    `model        ${bundle}, ${counted(dim, 'dimension')}, fingerprint ${fingerprint.slice(0, 12)}`,
    `release      ${release}`,
    `made         ${new Date(createdAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
  ].join('\n');
}
