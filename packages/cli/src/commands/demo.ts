import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { judgedSets, type MainJobResult, runMainJob } from '@attune/loop';
import {
  evaluationSection,
  evaluationText,
  type Picture,
  page,
  searchesSection,
  searchesText,
  trainingSection,
  validationSection,
  validationText,
} from '@attune/report';
import type { Tier } from '@attune/train';
import { type Command, Option } from 'commander';
import { addColumnOptions, type ColumnOptions, columnNames } from '../column-options.js';
import { type Context, refuseToOverwrite } from '../context.js';
import {
  buildIconDataset,
  type IconDatasetSummary,
  installIconPackages,
  openIconPictures,
} from '../demo/icons/index.js';
import { plainSample, searchSideBySide } from '../demo/side-by-side.js';
import { trainingLine } from '../progress.js';
import { textStyle } from '../text-style.js';
import { wholeNumber } from './train.js';

interface DemoOptions extends ColumnOptions {
  data?: string;
  out: string;
  tier: Tier;
  model?: string;
  seed: number;
  force?: boolean;
  json?: boolean;
}

/** What the demo runs on, and how its documents look. */
interface DemoData {
  path: string;
  title: string;
  picture?: (documentId: string) => Picture | undefined;
  queries?: readonly string[];
  summary?: IconDatasetSummary;
}

const iconQueries = ['night sky', 'unfold', 'debit card'];

async function iconData(out: string, context: Context): Promise<DemoData> {
  context.note('Installing the icon packages from npm (once) …');
  const { packagesFolder } = await installIconPackages();
  const path = join(out, 'icons');
  const summary = await buildIconDataset(packagesFolder, path, { dirt: true });
  const pictureOf = openIconPictures(packagesFolder);
  const picture = (id: string): Picture | undefined => {
    const found = pictureOf(id);
    if (found === undefined) return undefined;
    return found.kind === 'svg' ? { svg: found.svg } : { symbol: found.text };
  };
  return { path, title: 'Find an icon by what you mean', picture, queries: iconQueries, summary };
}

/** What was put into the log on purpose, beside what validation found of it. */
function dirtText({ injected }: IconDatasetSummary, result: MainJobResult): string {
  const byCode = new Map<string, number>();
  for (const { code } of injected) byCode.set(code, (byCode.get(code) ?? 0) + 1);
  const found = new Map(result.validation.findings.map((finding) => [finding.code, finding.count]));
  const lines = [...byCode].map(
    ([code, count]) =>
      `  ${code.padEnd(24)} ${String(count).padStart(5)} put in   ${String(found.get(code) ?? 0).padStart(6)} found`,
  );
  return ['Faults put into the log on purpose, and all of their kind that validation found:', ...lines].join(
    '\n',
  );
}

function reportPage(
  data: DemoData,
  result: MainJobResult,
  searches: Parameters<typeof searchesSection>[0],
): string {
  const { training, reason, recipe, pairs, queries, seconds, choices } = result.tuning;
  return page(data.title, [
    validationSection(result.validation),
    trainingSection({
      recipe: recipe.tier,
      reason,
      losses: training.losses.map((loss, epoch) => ({ step: epoch + 1, loss })),
      epochs: training.scores.map((score, epoch) => ({ epoch, score })),
      metric: `NDCG@10 on the ${choices[0]?.on ?? 'choosing queries'}`,
      bestEpoch: training.bestEpoch,
      facts: [
        ['pairs', pairs.toLocaleString('en')],
        ['queries', queries.toLocaleString('en')],
        ['seconds', seconds.toFixed(1)],
        ...choices.map(({ what, chosen, on }) => [what, `${chosen} (chosen on the ${on})`] as const),
      ],
    }),
    evaluationSection(result.comparison.report, { picture: data.picture }),
    searchesSection(searches),
  ]);
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
    .option('--force', 'go on in, or replace, an existing folder')
    .option('--json', 'print the figures as JSON (schema attune.demo/1)')
    .addHelpText('after', '\nExamples:\n  attune demo\n  attune demo --data products/ --out my-demo')
    .action(async (options: DemoOptions) => {
      const { out } = options;
      refuseToOverwrite(out, options.force);
      await mkdir(out, { recursive: true });
      const startedAt = performance.now();
      const say = (text: string) => {
        context.progress.end();
        if (!options.json) context.print(text);
      };
      const data: DemoData =
        options.data === undefined
          ? await iconData(out, context)
          : { path: options.data, title: `Attune on ${options.data}` };
      if (data.summary) {
        const { documents, parts, slices } = data.summary;
        say(
          `${documents.toLocaleString('en')} icons and emoji; ${parts.train.pairs.toLocaleString('en')} (name, icon) pairs of ` +
            `${parts.train.queries.toLocaleString('en')} queries to learn from; judged: ${slices.dev.instances.toLocaleString('en')} ` +
            `to choose on, ${slices.test.instances.toLocaleString('en')} to report.\n`,
        );
      }
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
      if (data.summary) say(`${dirtText(data.summary, result)}\n`);
      const { report } = result.comparison;
      say(evaluationText(report, textStyle(context)));
      const queries = data.queries ?? plainSample(judgedSets(result.dataset).main.queries, 3);
      const searches = await searchSideBySide(result, { queries, picture: data.picture });
      say(searchesText(searches, textStyle(context)));
      await writeFile(join(out, 'report.html'), reportPage(data, result, searches));

      const seconds = (performance.now() - startedAt) / 1000;
      const { perQuery: _perQuery, ...main } = report.main;
      await writeFile(
        join(out, 'demo.json'),
        `${JSON.stringify({ schema: 'attune.demo/1', seconds, main, quadrants: report.quadrants, choices: report.choices, verdict: report.verdict }, null, 2)}\n`,
      );
      if (options.json)
        context.printJson({
          schema: 'attune.demo/1',
          seconds,
          out,
          main,
          quadrants: report.quadrants,
          choices: report.choices,
          verdict: report.verdict,
          searches,
        });
      say(
        `Done in ${seconds.toFixed(0)} s. The report: ${join(out, 'report.html')}; the model: ${join(out, 'tuned')}; search it: attune search ${join(out, 'index')} "…"`,
      );
    });
}
