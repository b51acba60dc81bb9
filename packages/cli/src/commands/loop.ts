import type { Job } from '@attune/client';
import { AttuneError, counted } from '@attune/errors';
import { gateReportOf, gateText } from '@attune/report';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { addConnectionOptions, type ConnectionOptions, connect } from '../connection.js';
import type { Context } from '../context.js';
import { exitCodes } from '../exit-codes.js';
import { watchJob } from '../job-progress.js';
import { tableText, textStyle } from '../text-style.js';
import { wholeNumber } from './train.js';

interface LoopOptions extends ConnectionOptions {
  collection: string;
  json?: boolean;
}

const time = (at: number) => new Date(at).toISOString().slice(0, 16).replace('T', ' ');

// Commander takes null from a parser for "no value", so what is switched off keeps its word until it is sent.
function goldenName(text: string): { dataset: string; slice: string } | 'none' {
  if (text === 'none') return text;
  const [dataset, slice, ...more] = text.split('/');
  if (!dataset || !slice || more.length > 0)
    throw new InvalidArgumentError('Expected DATASET/SLICE, such as products/dev, or none.');
  return { dataset, slice };
}

const queriesOrOff = (text: string): number | 'off' => (text === 'off' ? text : wholeNumber(text));

function weights(text: string, before: Record<string, number> = {}): Record<string, number> {
  const [, action, weight] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (action === undefined || !(Number(weight) >= 0))
    throw new InvalidArgumentError('Expected ACTION=WEIGHT, such as click=1.');
  return { ...before, [action]: Number(weight) };
}

const names = (text: string) => (text === 'none' ? [] : text.split(',').map((name) => name.trim()));

/** A command of the loop, about one collection of a server. */
type SubCommand = (name: string) => Command;

export function addLoop(program: Command, context: Context): void {
  const loop = program
    .command('loop')
    .description('Learn again from what people did: run a cycle, see what the gate said, say when it learns.')
    .addHelpText('after', '\nExample:\n  attune loop run --collection shop');
  const sub: SubCommand = (name) =>
    addConnectionOptions(loop.command(name)).requiredOption('--collection <name>', 'of the server');
  for (const add of [addRun, addStatus, addDecisions, addConfigure]) add(sub, context);
}

function addRun(sub: SubCommand, context: Context): void {
  sub('run')
    .description('Train a candidate on the events, and let the gate judge it. Waits for the verdict.')
    .option('--seed <number>', 'decides the order of the pairs', wholeNumber)
    .option('--dry-run', 'decide, and promote nothing')
    .option('--detach', 'start it, and do not wait')
    .option('--json', 'print the job and the decision as JSON (schema attune.cycle/1)')
    .addHelpText(
      'after',
      '\nExit code: 0 the gate lets the candidate through, 5 it refused or could not decide, 1 the cycle failed.\n' +
        'Ctrl-C cancels the cycle; --detach leaves it to the server.\n\nExamples:\n' +
        '  attune loop run --collection shop\n  attune loop run --collection shop --dry-run --json',
    )
    .action(async (options: LoopOptions & { seed?: number; dryRun?: boolean; detach?: boolean }) => {
      const client = connect(options);
      const { collection, seed, dryRun } = options;
      const started = await client.jobs.start({
        kind: 'cycle',
        collection,
        ...(seed !== undefined && { seed }),
        ...(dryRun && { dryRun }),
      });
      if (options.detach) {
        if (options.json) context.printJson({ schema: 'attune.cycle/1', job: started, decision: null });
        else context.print(`Started ${started.id}. See it: attune loop status --collection ${collection}`);
        return;
      }
      const job = await watchJob(client, started, context);
      // A decision bears the id of the cycle that came to it.
      const decision = await client.collections.decision(collection, job.id);
      const { golden } = await client.collections.settings(collection);
      const gate = gateReportOf(decision, {
        golden: golden && { name: `${golden.dataset}/${golden.slice}` },
      });
      if (options.json) context.printJson({ schema: 'attune.cycle/1', job, decision });
      else context.print(`${gateText(gate, textStyle(context))}${outcomeText(job, collection)}`);
      if (gate.verdict !== 'promote') process.exitCode = exitCodes.notPromoted;
    });
}

function addStatus(sub: SubCommand, context: Context): void {
  sub('status')
    .description('What is in service, when it learns, and how the last cycles went.')
    .option('--json', 'print it as JSON (schema attune.loop/1)')
    .addHelpText('after', '\nExample:\n  attune loop status --collection shop')
    .action(async (options: LoopOptions) => {
      const client = connect(options);
      const { collection } = options;
      const [summary, settings, jobs] = await Promise.all([
        client.collections.get(collection),
        client.collections.settings(collection),
        client.jobs.list({ kind: 'cycle', limit: 100 }),
      ]);
      const cycles = jobs.data.filter(
        ({ request }) => (request as { collection?: string }).collection === summary.name,
      );
      if (options.json) {
        context.printJson({ schema: 'attune.loop/1', collection: { ...summary, ...settings }, cycles });
        return;
      }
      const { golden, learning } = settings;
      context.print(
        [
          `${summary.name}: ${summary.bundle}, release ${summary.release}, ${counted(summary.documents, 'document')}`,
          `golden set   ${golden ? `${golden.dataset}/${golden.slice}` : 'none: nothing is promoted without one'}`,
          `learns       ${learningText(learning)}`,
          `promotes     ${learning.promotion === 'automatic' ? 'what passes the gate' : 'by hand: attune models promote'}`,
          '',
          cycles.length === 0
            ? 'No cycle has run. Run one: attune loop run --collection …'
            : tableText(
                context,
                ['cycle', 'began', 'state', 'what came of it'],
                cycles.slice(0, 10).map((job) => [job.id, time(job.createdAt), job.state, cycleText(job)]),
              ),
        ].join('\n'),
      );
    });
}

function addDecisions(sub: SubCommand, context: Context): void {
  sub('decisions')
    .description('What the gate said of candidates, the newest first.')
    .option('--id <decision>', 'show one in full')
    .option('--json', 'print them as JSON (schema attune.decisions/1)')
    .addHelpText('after', '\nExample:\n  attune loop decisions --collection shop')
    .action(async (options: LoopOptions & { id?: string }) => {
      const client = connect(options);
      const { collection, id } = options;
      const decisions =
        id === undefined
          ? (await client.collections.decisions(collection, { limit: 100 })).data
          : [await client.collections.decision(collection, id)];
      if (options.json) context.printJson({ schema: 'attune.decisions/1', decisions });
      else if (id !== undefined) context.print(gateText(gateReportOf(decisions[0]!), textStyle(context)));
      else if (decisions.length === 0) context.note('No decision yet.');
      else
        context.print(
          tableText(
            context,
            ['decision', 'at', 'verdict', 'candidate', 'because'],
            decisions.map((each) => [
              each.id,
              time(each.createdAt),
              each.verdict,
              each.candidate,
              gateReportOf(each).reasons[0] ?? '',
            ]),
          ),
        );
    });
}

function addConfigure(sub: SubCommand, context: Context): void {
  sub('configure')
    .description(
      'Say what a collection is judged by, what it learns from, when, and whether it promotes by itself.',
    )
    .option(
      '--golden <dataset/slice>',
      'the frozen judged queries that candidates have to pass, or none',
      goldenName,
    )
    .option('--schedule <cron>', 'when it learns, as a cron expression in UTC, or off')
    .option('--every <queries>', 'learns once events judge so many new queries, or off', queriesOrOff)
    .addOption(new Option('--promotion <how>', 'of what passes the gate').choices(['automatic', 'byHand']))
    .option('--datasets <names>', 'learned from beside the events, separated by commas, or none', names)
    .option('--weight <action=weight>', 'what an action counts; again for more; replaces all', weights)
    .option('--json', 'print the settings as JSON (schema attune.collection/1)')
    .addHelpText(
      'after',
      '\nExamples:\n  attune loop configure --collection shop --golden products/dev --promotion automatic\n' +
        '  attune loop configure --collection shop --schedule "0 3 * * *" --weight click=1 --weight purchase=20',
    )
    .action(async (options: LoopOptions & ConfigureOptions) => {
      const { golden, schedule, every, promotion, datasets, weight } = options;
      const learning = {
        ...(schedule !== undefined && { schedule: schedule === 'off' ? null : schedule }),
        ...(every !== undefined && { everyJudgedQueries: every === 'off' ? null : every }),
        ...(promotion !== undefined && { promotion }),
        ...(datasets !== undefined && { datasets }),
        ...(weight !== undefined && { actionWeights: weight }),
      };
      if (golden === undefined && Object.keys(learning).length === 0)
        throw new AttuneError(
          'INVALID_ARGUMENT',
          'Expected something to configure; see attune loop configure --help.',
        );
      const configured = await connect(options).collections.configure(options.collection, {
        ...(golden !== undefined && { golden: golden === 'none' ? null : golden }),
        ...(Object.keys(learning).length > 0 && { learning }),
      });
      if (options.json) context.printJson({ schema: 'attune.collection/1', ...configured });
      else
        context.print(
          `${options.collection}: golden set ${configured.golden ? `${configured.golden.dataset}/${configured.golden.slice}` : 'none'}; ` +
            `learns ${learningText(configured.learning)}; promotion ${configured.learning.promotion}.`,
        );
    });
}

interface ConfigureOptions {
  golden?: { dataset: string; slice: string } | 'none';
  schedule?: string;
  every?: number | 'off';
  promotion?: 'automatic' | 'byHand';
  datasets?: string[];
  weight?: Record<string, number>;
}

interface Learning {
  schedule: string | null;
  everyJudgedQueries: number | null;
  datasets: string[];
}

function learningText({ schedule, everyJudgedQueries, datasets }: Learning): string {
  const when = [
    ...(schedule === null ? [] : [`at ${schedule} (UTC)`]),
    ...(everyJudgedQueries === null
      ? []
      : [
          everyJudgedQueries === 1
            ? 'every judged query'
            : `every ${counted(everyJudgedQueries, 'judged query', 'judged queries')}`,
        ]),
  ];
  const from = datasets.length === 0 ? 'events' : `events and ${datasets.join(', ')}`;
  return `from ${from}, ${when.length === 0 ? 'by hand: attune loop run' : when.join(' and ')}`;
}

function outcomeText({ result }: Job, collection: string): string {
  const { outcome, release, candidate } = (result ?? {}) as {
    outcome?: string;
    release?: number | null;
    candidate?: string | null;
  };
  if (outcome === 'promoted') return `In service as release ${release}.`;
  if (outcome === 'waits for a person')
    return `It waits for you: attune models promote ${candidate} --collection ${collection}`;
  return outcome === undefined
    ? ''
    : `What is in service ${outcome === 'stays as it is' ? outcome : `stays: ${outcome}`}.`;
}

function cycleText(job: Job): string {
  if (job.error !== null) return `${job.error.code}: ${job.error.message}`;
  if (job.state !== 'finished') return `${job.step} ${Math.round(job.progress * 100)} %`;
  const { verdict, outcome } = (job.result ?? {}) as { verdict?: string; outcome?: string };
  return [verdict, outcome].filter(Boolean).join(', ');
}
