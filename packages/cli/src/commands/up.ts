import { once } from 'node:events';
import { evaluationCardText, validationCardText } from '@attune/report';
import type { Tier } from '@attune/schema';
import { checkTuning, learnedSentence, type TunedAndJudged } from '@attune/tune';
import type { Command } from 'commander';
import { addColumnOptions, type ColumnOptions, columnNames } from '../column-options.js';
import type { Context } from '../context.js';
import { startInFolder } from '../data-folder.js';
import { addLanguageOption, type LanguageOptions } from '../language-option.js';
import { trainingLine } from '../progress.js';
import type { RunningServer } from '../running-server.js';
import { settingsText } from '../search-settings.js';
import { addServeOptions, type ServeOptions } from '../server-options.js';
import { textStyle } from '../text-style.js';
import { minutesOption, tierOption } from '../tier-option.js';
import type { bringUp as BringUp, BroughtUp } from '../up/bring-up.js';
import { version } from '../version.js';
import { addWeightOptions, type WeightCommandOptions, weightOptions } from '../weight-options.js';

interface UpOptions extends ColumnOptions, LanguageOptions, WeightCommandOptions, ServeOptions {
  catalogue?: string;
  data: string;
  collection: string;
  tier: Tier;
  model?: string;
  minutes?: number;
  few?: boolean;
  anyway?: boolean;
  json?: boolean;
}

export function addUp(program: Command, context: Context): void {
  const command = program
    .command('up')
    .argument('<logs...>', 'a log of searches and what was clicked or bought: a file, or a dataset folder')
    .description('From a log to a tuned search in service: validate, tune, evaluate, load, serve.')
    .option('--catalogue <file>', 'the documents that the log is about, where they lie elsewhere')
    .option('--data <folder>', 'the data folder; made where there is none', 'attune-data')
    .option('--collection <name>', 'what the collection is called: a-z, 0-9, ".", "_" and "-"', 'search')
    .addOption(tierOption())
    .addOption(minutesOption())
    .option(
      '--model <bundle>',
      'the base (follows from the texts), or none: made of the documents and queries',
    )
    .option('--few', 'learn from fewer than 100 pairs too')
    .option('--anyway', 'serve a model that knows less than half of what the texts say, where it is advised');
  addServeOptions(addLanguageOption(addWeightOptions(addColumnOptions(command))))
    .option('--json', 'print one line of JSON once it listens (schema attune.up/1)')
    .addHelpText(
      'after',
      '\nStopped half way, the same command continues. Given another log, or the same one grown, it learns from all of them and puts the\n' +
        'new model into service; attune models rollback goes back. Without a change it serves at once, as attune serve DATA does.\n\n' +
        'Each step is a command of its own: validate, train, eval, serve, models push, collections create, documents import.\n\n' +
        'Examples:\n  attune up clicks.csv\n  attune up clicks.csv --catalogue products.csv --data shop-data --port 8000\n' +
        '  attune up january.csv february.csv --json',
    )
    .action(async (logs: string[], options: UpOptions) => {
      context.stopOnTerminate();
      checkTuning({ ...options, base: options.model });
      const { data } = options;
      const { signal } = context;
      // Loaded here, because no other command waits for their code.
      const { bringUp, checkSources } = await import('../up/bring-up.js');
      await checkSources({ ...options, logs });
      const { startServer } = await import('../running-server.js');
      // From the beginning: a port or a folder that is taken is told before the work, and what was in service answers meanwhile.
      const server = await startInFolder(
        data,
        () => startServer({ ...options, data, version }),
        `attune up ${logs.join(' ')} --data ${data}`,
      );
      try {
        await bring(server, { ...options, logs }, { bringUp, context });
        if (!signal.aborted) await once(signal, 'abort');
      } finally {
        await server.close();
      }
    });
}

/** Says what comes of it. What the job held, documents and vectors, is free when this ends. */
async function bring(
  { service, url }: RunningServer,
  options: UpOptions & { logs: readonly string[] },
  { bringUp, context }: { bringUp: typeof BringUp; context: Context },
): Promise<void> {
  const startedAt = performance.now();
  const say = (text: string) => {
    context.progress.end();
    if (!options.json) context.print(text);
  };
  const brought = await bringUp(service, {
    ...options,
    base: options.model,
    columns: columnNames(options),
    ...weightOptions(options),
    signal: context.signal,
    onStep: (detail) => context.progress.update(`${detail} …`),
    onLogs: (logs) => {
      if (logs.length > options.logs.length)
        context.note(
          `Learns from ${logs.join(', ')}: ${options.data} was given them all. Another --data or --collection begins anew.`,
        );
    },
    onTraining: (progress) => context.progress.update(trainingLine(progress)),
    onValidated: (report) => say(validationCardText(report)),
    onTuned: ({ learned, reason, notes }, { weights }) => {
      for (const note of notes) context.note(note);
      say(`${weights.why}\n${learnedSentence(learned, weights.kind)}\n${reason}\n`);
    },
    onNote: (note) => {
      context.progress.end();
      context.note(note);
    },
    onJudged: ({ comparison }) => {
      say(evaluationCardText(comparison.report, textStyle(context)));
    },
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const up = summaryOf(brought, { ...options, url, seconds });
  context.progress.end();
  if (options.json) context.printLine({ schema: 'attune.up/1', ...up, pid: process.pid });
  else context.print(textOf(up, brought));
}

interface Up {
  url: string;
  data: string;
  collection: string;
  documents: number;
  model: string;
  isNew: boolean;
  /** What a search finds by unless it says otherwise. */
  settings: BroughtUp['service']['settings'];
  advice: TunedAndJudged['comparison']['report']['verdict']['advice'];
  report: string;
  seconds: number;
}

function summaryOf(
  { result, service, isNew, report }: BroughtUp,
  { url, data, collection, seconds }: Pick<UpOptions, 'data' | 'collection'> & Pick<Up, 'url' | 'seconds'>,
): Up {
  const { advice } = result.comparison.report.verdict;
  return { url, data, collection, ...service, isNew, advice, report, seconds };
}

function textOf(up: Up, { result }: BroughtUp): string {
  const { url, data, collection, documents, model, isNew, settings, advice, report, seconds } = up;
  const body = JSON.stringify({ text: exampleQuery(result), limit: 5 });
  const { fusionWeight } = settings;
  const by = {
    lexicalOnly: `words, and by the model ${model} where no word is found`,
    0: `the model ${model}`,
  }[fusionWeight];
  return [
    ...(advice ? [] : ['No query could be judged, so words come first, which need no proof.', '']),
    ...(isNew ? [] : ['Nothing has changed in the log: what is in service stays as it is.', '']),
    `${documents.toLocaleString('en')} documents are served as "${collection}" by ${by ?? `the model ${model} fused with words`}, ` +
      `after ${seconds.toFixed(0)} s.`,
    `  open      ${url}/`,
    `  search    curl ${url}/v1/collections/${collection}/search -H 'content-type: application/json' -d '${body}'`,
    `  report    ${report}`,
    `  settings  ${settingsText(settings)}`,
    `  compare   ${collection}-base has the same documents under the model untuned, for the page`,
    `  learn on  attune loop run --collection ${collection} --url ${url}, once people have searched and clicked`,
    `Ctrl-C ends it; attune serve ${data} starts it again.`,
  ].join('\n');
}

/** A short query of theirs, without what a shell would take for its own. */
function exampleQuery({ dataset }: TunedAndJudged): string {
  const plain = dataset.queries.find(({ text }) => text.length <= 40 && !/['\\!]/.test(text));
  return plain?.text ?? 'lamp';
}
