import { type WeightKind, type WeightOptions, weightKinds } from '@attune/data';
import { type Command, InvalidArgumentError, Option } from 'commander';

/** What the user says of the weights; what is not said is told from their column, and shown. */
export interface WeightCommandOptions {
  weights?: WeightKind;
  weightLabels?: Record<string, number>;
}

export function addWeightOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--weights <kind>', 'what the weights are, if not what their values look like').choices(
        weightKinds,
      ),
    )
    .option(
      '--weight-labels <list>',
      "what the weight's words stand for, such as E=1,S=0.1,C=0.01,I=0",
      labelWeights,
    );
}

export function weightOptions({ weights, weightLabels }: WeightCommandOptions): WeightOptions {
  return { ...(weights && { weights }), ...(weightLabels && { weightLabels }) };
}

function labelWeights(text: string): Record<string, number> {
  const entries = text.split(',').map((pair): [string, number] => {
    const at = pair.lastIndexOf('=');
    const [label, weight] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    if (at < 0 || label === '' || weight === '' || !(Number(weight) >= 0))
      throw new InvalidArgumentError(
        `Expected labels with a weight from 0 on, such as E=1,S=0.1, but received '${pair}'.`,
      );
    return [label, Number(weight)];
  });
  return Object.fromEntries(entries);
}
