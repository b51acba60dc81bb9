import { writeFile } from 'node:fs/promises';
import { readDataset, type TrecRun, writeRun } from '@attune/data';
import { coverageNotes, Encoder } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import type { Ranking } from '@attune/evaluate';
import { stemForLanguage } from '@attune/indexes';
import { evaluationCard, evaluationSection, evaluationText, page } from '@attune/report';
import { Catalogue, compareModels, datasetDigest, judgedSets, type Rival, rivals } from '@attune/tune';
import { type Command, InvalidArgumentError } from 'commander';
import { addColumnOptions, type ColumnOptions, columnNames } from '../column-options.js';
import { type Context, refuseToOverwrite } from '../context.js';
import { returnFreedMemory } from '../freed-memory.js';
import { addLanguageOption, type LanguageOptions } from '../language-option.js';
import { textStyle } from '../text-style.js';
import { addWeightOptions, type WeightCommandOptions, weightOptions } from '../weight-options.js';

interface EvalOptions extends ColumnOptions, LanguageOptions, WeightCommandOptions {
  model: string;
  documents?: string;
  base?: string;
  against: Rival[];
  choose?: boolean;
  html?: string;
  runs?: string;
  force?: boolean;
  json?: boolean;
}

function rivalList(text: string): Rival[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(rivals as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`Expected some of ${rivals.join(',')}, but received '${unknown}'.`);
  return names as Rival[];
}

const runOf = (rankings: readonly Ranking[]): TrecRun =>
  new Map(
    rankings.map(({ queryId, documentIds, scores }) => [
      queryId,
      documentIds.map((documentId, i) => ({ documentId, score: scores[i]! })),
    ]),
  );

export function addEval(program: Command, context: Context): void {
  const command = program
    .command('eval')
    .argument('<dataset>', 'a dataset folder with judged queries, or a log')
    .description(
      'Compare a model with its base, with BM25, and with their fusion: metrics, intervals, p-values, a verdict.',
    )
    .requiredOption('--model <bundle>', 'the model to judge')
    .option('--base <bundle>', 'what it was tuned from')
    .option('--against <list>', 'what to compare with', rivalList, [...rivals])
    .option('--choose', 'choose BM25 and the fusion weight on this data, although the model carries a choice')
    .option('--documents <file>', 'the documents that the log is about');
  addLanguageOption(addWeightOptions(addColumnOptions(command)))
    .option('--html <file>', 'write the report as one HTML page')
    .option('--runs <prefix>', 'write each leg as a TREC run, PREFIX-LEG.run')
    .option('--force', 'replace existing files')
    .option('--json', 'print the report as JSON (schema attune.evaluation/1)')
    .addHelpText(
      'after',
      '\nExample:\n  attune eval DATA_DIR --model tuned --base attune-base-en --against base,bm25,hybrid --json',
    )
    .action(async (path: string, options: EvalOptions) => {
      const against = options.base ? options.against : options.against.filter((name) => name !== 'base');
      if (!options.base && options.against.includes('base'))
        context.note('No --base was named, so the base is left out.');
      if (against.length === 0)
        throw new AttuneError(
          'INVALID_ARGUMENT',
          'Expected something to compare with. Name --base, or --against bm25,hybrid.',
        );
      for (const file of [
        options.html,
        ...against.concat('base').map((leg) => options.runs && `${options.runs}-${leg}.run`),
      ]) {
        if (file) refuseToOverwrite(file, options.force);
      }
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
      const { report, legs, readings } = await compareModels({
        name: path,
        catalogue: new Catalogue(dataset.documents, dataset),
        sets: judgedSets(dataset),
        model: await Encoder.load(options.model),
        base: options.base ? await Encoder.load(options.base) : undefined,
        against,
        chooses: options.choose,
        dataset: datasetDigest(dataset),
        learnedFrom: dataset.interactions.map(({ query }) => query),
        signal: context.signal,
        onStep: (step) => context.progress.update(`${step} …`),
      });
      context.progress.end();
      if (options.html)
        await writeFile(
          options.html,
          page(`Evaluation of ${options.model}`, [evaluationSection(report)], evaluationCard(report)),
        );
      if (options.runs)
        for (const { name, rankings } of legs)
          await writeRun(`${options.runs}-${name}.run`, runOf(rankings), { tag: name, force: options.force });
      if (options.json) {
        // Text shows them with the report.
        for (const note of coverageNotes(readings)) context.note(note);
        context.printJson(report);
      } else context.printReport(evaluationText(report, textStyle(context)));
    });
}
