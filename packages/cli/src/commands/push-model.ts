import { isDeepStrictEqual } from 'node:util';
import type { Model } from '@attune/client';
import { type BundleInfo, bundleFileNames, findBundle, readBundle } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import type { Command } from 'commander';
import { addConnectionOptions, type ConnectionOptions, connect } from '../connection.js';
import type { Context } from '../context.js';
import { archiveOf } from '../model-archive.js';
import { share } from '../progress.js';

interface PushOptions extends ConnectionOptions {
  name?: string;
  json?: boolean;
}

/** `attune models push`: what `models import` does with a folder, for a server that runs. */
export function addPush(models: Command, context: Context): void {
  addConnectionOptions(
    models.command('push').argument('<bundle>', 'the folder of a model, such as attune train wrote'),
  )
    .description(
      'Send a model to a running server. It is there once its golden vectors came out; pushed again, it stays.',
    )
    .option('--name <name>', "what it is called there: a-z, 0-9, '.', '_' and '-' (the folder's name)")
    .option('--json', 'print it as JSON (schema attune.model/1)')
    .addHelpText(
      'after',
      '\nWith keys, it takes one of the scope admin.\n\nExamples:\n' +
        '  attune models push tuned\n  attune models push runs/tuned --name shop-1 --url https://search.example\n' +
        '  attune collections create shop --model shop-1',
    )
    .action(async (given: string, options: PushOptions) => {
      const bundle = await readBundle(await findBundle(given));
      const name = options.name ?? bundle.name;
      const client = connect(options);
      // A model may have hundreds of megabytes; one that is there, or can't be, is not sent.
      const listed = await client.models.list({ signal: context.signal });
      // Under the name of a collection stands the model that it serves.
      const known = listed.find(({ id, model }) => id === name && model === name);
      let pushed: Model & { isNew: boolean };
      if (known === undefined) {
        const archive = await archiveOf(bundle.path, await bundleFileNames(bundle), {
          onProgress: (done, total) =>
            context.progress.update(
              done < total
                ? share(Math.round(done / 1e6), Math.round(total / 1e6), 'MB sent')
                : `${name} is sent, and is being checked …`,
            ),
        });
        pushed = await client.models.push(name, archive, { signal: context.signal });
        context.progress.end();
      } else {
        const difference = differenceOf(known, bundle);
        if (difference !== undefined) {
          throw new AttuneError(
            'CONFLICT',
            `There is a model "${name}" at ${options.url} already, ${difference}. Models never change: choose another name with --name.`,
          );
        }
        pushed = { ...known, isNew: false };
      }
      if (options.json) context.printJson({ schema: 'attune.model/1', ...pushed });
      else
        context.print(
          `${name} is at ${options.url}${pushed.isNew ? '' : ' already'}. For a new collection: attune collections create ` +
            `COLLECTION --model ${name}. In place of another: attune models promote ${name} --collection COLLECTION`,
        );
    });
}

/** How a model at the server is another one than the bundle; undefined where it is the same. */
function differenceOf(known: Model, { fingerprint, manifest }: BundleInfo): string | undefined {
  if (known.fingerprint !== fingerprint) {
    return `and it is another one (${known.fingerprint.slice(0, 12)}… instead of ${fingerprint.slice(0, 12)}…)`;
  }
  const settings = manifest?.lineage.search?.settings;
  return isDeepStrictEqual(known.search?.settings ?? undefined, settings)
    ? undefined
    : 'with the same vectors and other search settings';
}
