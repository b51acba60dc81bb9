import { join } from 'node:path';
import type { IconLanguageCode, StartServer } from '@attune/demo';
import type { Tier } from '@attune/schema';
import { type Command, Option } from 'commander';
import { addColumnOptions, type ColumnOptions, columnNames } from '../column-options.js';
import { type Context, refuseToOverwrite } from '../context.js';
import { watchJob } from '../job-progress.js';
import { trainingLine } from '../progress.js';
import { portOption } from '../server-options.js';
import { textStyle } from '../text-style.js';
import { minutesOption, tierOption } from '../tier-option.js';
import { version } from '../version.js';
import { addWeightOptions, type WeightCommandOptions, weightOptions } from '../weight-options.js';
import { wholeNumber } from './train.js';

interface DemoOptions extends ColumnOptions, WeightCommandOptions {
  data?: string;
  language: IconLanguageCode;
  out: string;
  tier: Tier;
  model?: string;
  minutes?: number;
  seed: number;
  few?: boolean;
  anyway?: boolean;
  cycle: boolean;
  serve?: boolean;
  port: number;
  force?: boolean;
  json?: boolean;
}

export function addDemo(program: Command, context: Context): void {
  const command = program
    .command('demo')
    .description('The whole job, from a log to a better search: on thousands of icons, or on your own data.')
    .option('--data <source>', 'a dataset folder or a log, instead of the icons')
    .addOption(
      new Option('--language <language>', "of the icons' names: English or Chinese")
        .choices(['en', 'zh'])
        .default('en')
        .conflicts('data'),
    )
    .option('--out <folder>', 'where everything goes', 'attune-demo')
    .addOption(tierOption())
    .addOption(minutesOption())
    .option('--model <bundle>', 'the base')
    .option('--seed <number>', 'decides the order of the pairs', wholeNumber, 0);
  addWeightOptions(addColumnOptions(command))
    .option('--few', 'learn from fewer than 100 pairs too')
    .option('--anyway', 'learn although the base knows less than half of what the texts say')
    .option('--no-cycle', 'end before the server: without searches over HTTP and another cycle')
    .option(
      '--serve',
      'leave a server running at the end, with a page that searches before and after side by side',
    )
    .addOption(portOption('ATTUNE_DEMO_PORT'))
    .option('--force', 'continue in an existing folder, or replace it')
    .option('--json', 'print the figures as JSON (schema attune.demo/1)')
    .addHelpText(
      'after',
      '\nExamples:\n  attune demo\n  attune demo --serve\n  attune demo --language zh --out attune-demo-zh\n  attune demo --data products/ --out my-demo',
    )
    .action(async (options: DemoOptions) => {
      const { out } = options;
      context.stopOnTerminate();
      refuseToOverwrite(out, options.force);
      const say = (text: string) => {
        context.progress.end();
        if (!options.json) context.print(text);
      };
      const onStep = (detail: string) => context.progress.update(`${detail} …`);
      const { signal } = context;
      // Loaded here, because no other command waits for the demo's code.
      const { runDemo, serveSideBySide } = await import('@attune/demo');
      const { data, result, searches, figures } = await runDemo({
        data: options.data,
        language: options.language,
        out,
        tier: options.tier,
        base: options.model,
        seed: options.seed,
        minutes: options.minutes,
        columns: columnNames(options),
        encoding: options.encoding,
        ...weightOptions(options),
        few: options.few,
        anyway: options.anyway,
        cycle: options.cycle,
        startServer,
        watch: (client, job) => watchJob(client, job, context),
        signal,
        style: textStyle(context),
        say,
        note: (text) => context.note(text),
        onStep,
        onTraining: (progress) => {
          context.progress.update(trainingLine(progress));
          if (progress.score !== undefined) say(trainingLine(progress));
        },
      });
      if (options.json) context.printJson({ ...figures, out, searches });
      say(
        `Done in ${figures.seconds.toFixed(0)} s. The report: ${join(out, 'report.html')}; the model: ${join(out, 'tuned')}; search it: attune search ${join(out, 'index')} "…"`,
      );
      if (!options.serve) {
        say('See it side by side in a browser: the same command with --serve');
        return;
      }
      await serveSideBySide(result, {
        out,
        port: options.port,
        name: data.name,
        pictureOf: data.icons?.pictureOf,
        startServer,
        signal,
        onStep,
        onListening: (url) => {
          context.progress.end();
          if (options.json) context.printLine({ schema: 'attune.demo-server/1', url, pid: process.pid });
          else context.print(`Search before and after side by side: ${url}/ (Ctrl-C ends it)`);
        },
      });
    });
}

const startServer: StartServer = async (options) => {
  const running = await import('../running-server.js');
  return running.startServer({ ...options, logLevel: 'error', version });
};
