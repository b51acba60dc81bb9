import { type Precision, readBundle, recordPrecision } from '@attune/encode';
import { Argument, type Command } from 'commander';
import type { Context } from '../context.js';

/** `attune models precision`: in which numbers a transformer's products are made, stated in its folder. */
export function addModelPrecision(models: Command, context: Context): void {
  models
    .command('precision')
    .argument('<bundle>', 'the folder of a transformer')
    .addArgument(new Argument('<precision>', 'of its products').choices(['f32', 'bf16', 'int8']))
    .description(
      'State in a model in which precision it encodes. Fewer bits are faster and change its vectors a little, and so its fingerprint.',
    )
    .option('--json', 'print it as JSON (schema attune.precision/1)')
    .addHelpText('after', '\nExample:\n  attune models precision tuned int8')
    .action(async (folder: string, precision: Precision, options: { json?: boolean }) => {
      await recordPrecision(folder, precision);
      const { fingerprint } = await readBundle(folder);
      if (options.json) context.printJson({ schema: 'attune.precision/1', folder, precision, fingerprint });
      else
        context.print(
          `${folder} encodes in ${precision} from now on. Its fingerprint is ${fingerprint.slice(0, 12)}…: what was indexed with another is indexed anew.`,
        );
    });
}
