import type { Command } from 'commander';
import { addConnectionOptions, type ConnectionOptions, connect } from '../connection.js';
import type { Context } from '../context.js';
import { tableText } from '../text-style.js';
import { addModelPrecision } from './model-precision.js';
import { addPush } from './push-model.js';
import { addShowModel } from './show-model.js';

interface ModelsOptions extends ConnectionOptions {
  json?: boolean;
}

export function addModels(program: Command, context: Context): void {
  const models = program
    .command('models')
    .description('The models of a data folder: what is there, what answers, and the way back.')
    .addHelpText('after', '\nExample:\n  attune models promote my-model --collection shop');

  addConnectionOptions(models.command('list'))
    .description('List the models, and the collections that they answer for.')
    .option('--json', 'print them as JSON (schema attune.models/1)')
    .addHelpText('after', '\nExample:\n  attune models list --url http://127.0.0.1:7400')
    .action(async (options: ModelsOptions) => {
      const client = connect(options);
      const [found, collections] = await Promise.all([client.models.list(), client.collections.list()]);
      const serving = (name: string) =>
        collections.filter(({ bundle }) => bundle === name).map((collection) => collection.name);
      const listed = found.map((model) => ({ ...model, serving: serving(model.id) }));
      if (options.json) context.printJson({ schema: 'attune.models/1', models: listed });
      else if (listed.length === 0)
        context.note('There is no model yet: the first collection brings one in.');
      else
        context.print(
          tableText(
            context,
            ['model', 'kind', 'precision', 'dim', 'from', 'answers for', 'fingerprint'],
            listed.map((model) => [
              model.id,
              model.kind,
              model.precision,
              String(model.dim),
              model.base ?? '',
              model.serving.join(', '),
              model.fingerprint.slice(0, 12),
            ]),
          ),
        );
    });

  addShowModel(models, context);
  addModelPrecision(models, context);

  models
    .command('import')
    .argument('<data>', 'a data folder that no server has open; made where there is none')
    .argument('<name>', 'what it is called there: a-z, 0-9, ".", "_" and "-"')
    .argument('<bundle>', 'the folder of a model, such as attune train wrote')
    .description('Copy a model into a data folder. It is read whole, and its golden vectors are computed.')
    .option('--json', 'print it as JSON (schema attune.model/1)')
    .addHelpText('after', '\nExample:\n  attune models import my-data my-model tuned')
    .action(async (data: string, name: string, bundle: string, options: { json?: boolean }) => {
      const [{ Models }, { Store }] = await Promise.all([import('@attune/service'), import('@attune/store')]);
      const store = await Store.open(data, { create: true });
      try {
        const model = await (
          await Models.open({ store, folder: data, log: (_level, message) => context.note(message) })
        ).import(name, bundle);
        if (options.json) context.printJson({ schema: 'attune.model/1', ...model });
        else
          context.print(
            `${name} is in ${data}. In service: attune models promote ${name} --collection COLLECTION`,
          );
      } finally {
        await store.close();
      }
    });

  addPush(models, context);

  addConnectionOptions(models.command('remove').argument('<name>', 'of the model'))
    .description('Remove a model that nothing uses.')
    .option('--json', 'print its name as JSON (schema attune.removed/1)')
    .addHelpText('after', '\nExample:\n  attune models remove old-model')
    .action(async (name: string, options: ModelsOptions) => {
      await connect(options).models.delete(name);
      if (options.json) context.printJson({ schema: 'attune.removed/1', name });
      else context.print(`${name} is removed.`);
    });

  addConnectionOptions(models.command('promote').argument('<name>', 'of the model'))
    .description(
      'Put a model into service: its index is built beside the one in service, then both are flipped as one.',
    )
    .requiredOption('--collection <name>', 'that it shall answer for')
    .option('--anyway', 'also where it knows less than half of what the documents say')
    .option('--json', 'print the release as JSON (schema attune.release/1)')
    .addHelpText('after', '\nExample:\n  attune models promote my-model --collection shop')
    .action(async (name: string, options: ModelsOptions & { collection: string; anyway?: boolean }) => {
      context.progress.update(`Building the index of ${name} …`);
      const { collection, anyway } = options;
      const release = await connect(options).collections.promote(collection, name, { anyway });
      context.progress.end();
      for (const note of release.notes) context.note(note);
      if (options.json) context.printJson({ schema: 'attune.release/1', ...release });
      else context.print(`${collection} answers by ${release.bundle}, release ${release.number}.`);
    });

  addConnectionOptions(models.command('rollback'))
    .description('Go back to what was in service before: model, preprocessing and settings at once.')
    .requiredOption('--collection <name>', 'that shall go back')
    .option('--json', 'print the release as JSON (schema attune.release/1)')
    .addHelpText('after', '\nExample:\n  attune models rollback --collection shop')
    .action(async (options: ModelsOptions & { collection: string }) => {
      const release = await connect(options).collections.rollBack(options.collection);
      if (options.json) context.printJson({ schema: 'attune.release/1', ...release });
      else
        context.print(
          `${options.collection} answers by ${release.bundle} again, as in release ${release.of}; this is release ${release.number}.`,
        );
    });
}
