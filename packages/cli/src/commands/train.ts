import { readDataset } from '@attune/data';
import { AttuneError, counted } from '@attune/errors';
import { stemForLanguage } from '@attune/indexes';
import { noBase, type Tier, tierNames } from '@attune/schema';
import { checkTuning, defaultBases, learnedSentence, tiers, tuneModel } from '@attune/tune';
import { type Command, InvalidArgumentError } from 'commander';
import { addColumnOptions, type ColumnOptions, columnNames } from '../column-options.js';
import { type Context, refuseToOverwrite } from '../context.js';
import { returnFreedMemory } from '../freed-memory.js';
import { addLanguageOption, type LanguageOptions } from '../language-option.js';
import { trainingLine } from '../progress.js';
import { minutesOption, tierOption } from '../tier-option.js';
import { addWeightOptions, type WeightCommandOptions, weightOptions } from '../weight-options.js';

interface TrainOptions extends ColumnOptions, LanguageOptions, WeightCommandOptions {
  tier: Tier;
  model?: string;
  teacher?: string;
  out: string;
  documents?: string;
  seed: number;
  epochs?: number;
  minutes?: number;
  leastWeight?: number;
  few?: boolean;
  anyway?: boolean;
  force?: boolean;
  json?: boolean;
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** 32)
    throw new InvalidArgumentError('Expected a whole number from 0 to 2^32 - 1.');
  return value;
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}

export function addTrain(program: Command, context: Context): void {
  const command = program
    .command('train')
    .argument('<dataset>', 'a dataset folder with judged queries, or a log')
    .description('Tune a model on what people did: weighted (query, document) pairs.')
    .addOption(tierOption(tierNames.map((name) => `${name}: ${tiers[name].says}`).join('; ')))
    .option(
      '--model <bundle>',
      `the base (${tierNames.map((name) => `${name}: ${defaultBases(name)}`).join('; ')}), or ${noBase}: made of the documents and queries`,
    )
    .option('--teacher <bundle>', 'instead of a base: a slow model, of which a static base is made')
    .requiredOption('--out <bundle>', 'where the tuned model goes')
    .option('--documents <file>', 'the documents that the log is about')
    .option('--seed <number>', 'decides the order of the pairs', wholeNumber, 0)
    .option('--epochs <count>', "instead of the recipe's", wholeNumber)
    .addOption(minutesOption())
    .option(
      '--least-weight <weight>',
      'the lowest weight to learn from (of grades half of the highest, else any above 0)',
      positiveNumber,
    );
  addLanguageOption(addWeightOptions(addColumnOptions(command)))
    .option('--few', 'learn from fewer than 100 pairs too')
    .option('--anyway', 'learn although the base knows less than half of what the texts say')
    .option('--force', 'replace an existing model')
    .option('--json', 'print the run as JSON (schema attune.train/1)')
    .addHelpText(
      'after',
      '\nCtrl-C stops after saving; the same command continues from there, to the bit.\n\nExamples:\n' +
        '  attune train products/ --tier static --out tuned\n  attune train log.jsonl --tier adapter --model models/all-MiniLM-L6-v2 --out tuned --seed 7\n' +
        '  attune train log.jsonl --tier transformer --model models/all-MiniLM-L6-v2 --minutes 20 --out tuned\n' +
        '  attune train log.jsonl --tier static --teacher tuned --out quick',
    )
    .action(async (path: string, options: TrainOptions) => {
      refuseToOverwrite(options.out, options.force);
      if (options.epochs === 0)
        throw new AttuneError('INVALID_ARGUMENT', 'Expected --epochs to be 1 or more.');
      checkTuning({ ...options, base: options.model });
      returnFreedMemory();
      const dataset = await readDataset(path, {
        columns: columnNames(options),
        encoding: options.encoding,
        ...weightOptions(options),
        documents: options.documents,
        language: options.language,
        stemFor: stemForLanguage,
        signal: context.signal,
      });
      for (const note of dataset.notes) context.note(note);
      const result = await tuneModel({
        dataset,
        language: options.language,
        tier: options.tier,
        base: options.model,
        teacher: options.teacher,
        out: options.out,
        seed: options.seed,
        epochs: options.epochs,
        minutes: options.minutes,
        leastWeight: options.leastWeight,
        few: options.few,
        anyway: options.anyway,
        force: options.force,
        signal: context.signal,
        onStep: (step) => context.progress.update(`${step} …`),
        onProgress: (progress) => context.progress.update(trainingLine(progress)),
      });
      context.progress.end();
      const { bundle, recipe, reason, pairs, queries, leftOut, training, choices, search, notes, seconds } =
        result;
      for (const note of notes) context.note(note);
      if (options.json) {
        context.printJson({
          schema: 'attune.train/1',
          out: options.out,
          fingerprint: bundle.fingerprint,
          base: result.base.fingerprint,
          recipe,
          reason,
          pairs,
          queries,
          leftOut,
          weights: dataset.weights,
          weighting: result.weighting,
          learned: result.learned,
          training,
          choices,
          search: search ?? null,
          notes,
          seconds,
        });
        return;
      }
      context.print(learnedSentence(result.learned, dataset.weights.kind));
      context.print(reason);
      for (const { what, chosen, on } of [...choices, ...(search?.choices ?? [])])
        context.print(`Chosen on the ${on}: ${what}: ${chosen}`);
      const [before, after] = [training.scores[0] ?? 0, training.scores[training.bestEpoch] ?? 0];
      context.print(
        `NDCG@10 there: ${before.toFixed(4)} before, ${after.toFixed(4)} after ${counted(training.bestEpoch, 'epoch')} (chosen on these queries: see attune eval)`,
      );
      const isMade = options.model === noBase || options.teacher !== undefined;
      const base = isMade ? result.base.path : (options.model ?? result.base.name);
      context.print(
        `Wrote ${options.out} in ${seconds.toFixed(0)} s. Next: attune eval ${path} --model ${options.out} --base ${base}`,
      );
    });
}
