import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';
import { evaluationText, gateText, searchesText, validationText } from '@attune/report';
import type { Tier } from '@attune/train';
import { judgedSets, runMainJob } from '@attune/tune';
import { type Command, Option } from 'commander';
import { addColumnOptions, type ColumnOptions, columnNames } from '../column-options.js';
import { type Context, refuseToOverwrite } from '../context.js';
import { type DemoData, dirtText, iconData, sizesText } from '../demo/demo-data.js';
import { reportPage } from '../demo/report-page.js';
import { clearServiceFolder } from '../demo/service/service-folder.js';
import { plainSample, searchSideBySide } from '../demo/side-by-side.js';
import { watchJob } from '../job-progress.js';
import { trainingLine } from '../progress.js';
import { portOption } from '../server-options.js';
import { textStyle } from '../text-style.js';
import { wholeNumber } from './train.js';

interface DemoOptions extends ColumnOptions {
  data?: string;
  out: string;
  tier: Tier;
  model?: string;
  seed: number;
  cycle: boolean;
  serve?: boolean;
  port: number;
  force?: boolean;
  json?: boolean;
}

export function addDemo(program: Command, context: Context): void {
  const command = program
    .command('demo')
    .description('The whole job, from a log to a better search: on 16,000 icons, or on your own data.')
    .option('--data <source>', 'a dataset folder or a log, instead of the icons')
    .option('--out <folder>', 'where everything goes', 'attune-demo')
    .addOption(new Option('--tier <tier>', 'what is tuned').choices(['static', 'adapter']).default('static'))
    .option('--model <bundle>', 'the base')
    .option('--seed <number>', 'decides the order of the pairs', wholeNumber, 0);
  addColumnOptions(command)
    .option('--no-cycle', 'end before the server: without searches over HTTP and another cycle')
    .option(
      '--serve',
      'leave a server running at the end, with a page that searches before and after side by side',
    )
    .addOption(portOption('ATTUNE_DEMO_PORT'))
    .option('--force', 'go on in, or replace, an existing folder')
    .option('--json', 'print the figures as JSON (schema attune.demo/1)')
    .addHelpText(
      'after',
      '\nExamples:\n  attune demo\n  attune demo --serve\n  attune demo --data products/ --out my-demo',
    )
    .action(async (options: DemoOptions) => {
      const { out } = options;
      if (options.serve && options.data !== undefined)
        throw new AttuneError(
          'INVALID_ARGUMENT',
          'Expected --serve with the icons: its page draws them. Leave --data out.',
        );
      context.stopOnTerminate();
      refuseToOverwrite(out, options.force);
      await mkdir(out, { recursive: true });
      await clearServiceFolder(out);
      const startedAt = performance.now();
      const say = (text: string) => {
        context.progress.end();
        if (!options.json) context.print(text);
      };
      const data: DemoData =
        options.data === undefined
          ? await iconData(out, context)
          : { path: options.data, title: `Attune on ${options.data}`, name: 'demo' };
      if (data.icons) say(sizesText(data.icons.summary));
      const result = await runMainJob({
        data: data.path,
        out,
        tier: options.tier,
        base: options.model,
        seed: options.seed,
        columns: columnNames(options),
        acceptErrors: true,
        keepPerQuery: true,
        signal: context.signal,
        onStep: (step, detail) => context.progress.update(`${step}: ${detail} …`),
        onTraining: (progress) => {
          context.progress.update(trainingLine(progress));
          if (progress.score !== undefined) say(trainingLine(progress));
        },
        onValidated: (report) => say(validationText(report, textStyle(context))),
        onTuned: ({ reason, choices }) =>
          say(
            [
              reason,
              ...choices.map(({ what, chosen, on }) => `Chosen on the ${on}: ${what}: ${chosen}`),
              '',
            ].join('\n'),
          ),
      });
      if (data.icons) say(`${dirtText(data.icons.summary, result)}\n`);
      const { report } = result.comparison;
      say(evaluationText(report, textStyle(context)));
      const queries = data.queries ?? plainSample(judgedSets(result.dataset).main.queries, 3);
      const searches = await searchSideBySide(result, { queries, picture: data.picture });
      say(searchesText(searches, textStyle(context)));
      const { againText, learnAgain } = await import('../demo/service/learn-again.js');
      const again = options.cycle
        ? await learnAgain(result, {
            out,
            name: data.name,
            queries,
            signal: context.signal,
            onStep: (detail) => context.progress.update(`${detail} …`),
            watch: (client, job) => watchJob(client, job, context),
          })
        : undefined;
      if (again) say(`${againText(again)}\n${gateText(again.gate, textStyle(context))}`);
      await writeFile(join(out, 'report.html'), reportPage(data, result, searches, again));
      const seconds = (performance.now() - startedAt) / 1000;
      const { perQuery: _perQuery, ...main } = report.main;
      const figures = {
        schema: 'attune.demo/1',
        seconds,
        main,
        quadrants: report.quadrants,
        choices: report.choices,
        verdict: report.verdict,
        again: again ?? null,
      };
      await writeFile(join(out, 'demo.json'), `${JSON.stringify(figures, null, 2)}\n`);
      if (options.json) context.printJson({ ...figures, out, searches });
      say(
        `Done in ${seconds.toFixed(0)} s. The report: ${join(out, 'report.html')}; the model: ${join(out, 'tuned')}; search it: attune search ${join(out, 'index')} "…"`,
      );
      if (!options.serve) {
        if (data.icons) say('See it side by side in a browser: attune demo --serve');
        return;
      }
      const { serveSideBySide } = await import('../demo/service/serve-side-by-side.js');
      await serveSideBySide(result, {
        out,
        port: options.port,
        pictureOf: data.icons!.pictureOf,
        signal: context.signal,
        onStep: (detail) => context.progress.update(`${detail} …`),
        onListening: (url) => {
          context.progress.end();
          if (options.json) context.printLine({ schema: 'attune.demo-server/1', url, pid: process.pid });
          else context.print(`Search before and after side by side: ${url}/ (Ctrl-C ends it)`);
        },
      });
    });
}
