import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Model } from '@attune/client';
import { readBundle } from '@attune/encode';
import { counted } from '@attune/errors';
import type { Command } from 'commander';
import { addConnectionOptions, type ConnectionOptions, connect } from '../connection.js';
import type { Context } from '../context.js';
import { settingsText } from '../search-settings.js';

/** `attune models show`: what a model is, and how words count beside it. */
export function addShowModel(models: Command, context: Context): void {
  addConnectionOptions(
    models.command('show').argument('<model>', 'the name of a model of a server, or the folder of one'),
  )
    .description('Show a model: what it is, where it comes from, and the search settings that it carries.')
    .option('--json', 'print it as JSON (schema attune.model/1)')
    .addHelpText('after', '\nExamples:\n  attune models show my-model\n  attune models show ./tuned')
    .action(async (name: string, options: ConnectionOptions & { json?: boolean }) => {
      const model = existsSync(join(name, 'modules.json'))
        ? await modelInFolder(name)
        : await connect(options).models.get(name);
      if (options.json) context.printJson({ schema: 'attune.model/1', ...model });
      else context.print(modelText(model));
    });
}

type ShownModel = Pick<Model, 'id' | 'kind' | 'precision' | 'dim' | 'fingerprint' | 'base' | 'search'>;

async function modelInFolder(folder: string): Promise<ShownModel> {
  const { name, kind, precision, dim, fingerprint, manifest } = await readBundle(folder);
  const lineage = manifest?.lineage;
  const search = lineage?.search;
  return {
    id: name,
    kind,
    precision,
    dim,
    fingerprint,
    base: lineage?.baseName ?? null,
    search: search
      ? {
          settings: search.settings,
          choices: search.choices.map((choice) => ({ ...choice, tried: choice.tried.length })),
        }
      : null,
  };
}

function modelText({ id, kind, precision, dim, fingerprint, base, search }: ShownModel): string {
  const lines = [
    `${id}: ${kind}, ${dim} dimensions, products in ${precision}, fingerprint ${fingerprint}`,
    `Made from ${base ?? 'nothing that is known here: it was brought in'}.`,
  ];
  if (search === null) {
    lines.push('It carries no search settings: an index or a collection of it takes the usual ones.');
    return lines.join('\n');
  }
  lines.push(`Words count by ${settingsText(search.settings as Parameters<typeof settingsText>[0])}.`);
  for (const { what, chosen, metric, on, queryCount, tried } of search.choices) {
    lines.push(
      `  ${what}: ${chosen}, of ${tried} tried, by ${metric} on the ${counted(queryCount, 'query', 'queries')} of ${on}`,
    );
  }
  return lines.join('\n');
}
