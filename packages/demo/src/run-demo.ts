import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client, Job } from '@attune/client';
import type { ColumnNames } from '@attune/data';
import { replaceFile, writeJson } from '@attune/files';
import {
  evaluationText,
  gateText,
  type SideBySideSearch,
  searchesText,
  type TextOptions,
  validationText,
} from '@attune/report';
import type { Tier, TrainingProgress } from '@attune/train';
import {
  judgedSets,
  learnedSentence,
  type MainJobOptions,
  type MainJobResult,
  runMainJob,
} from '@attune/tune';
import { type DemoData, dirtText, iconData, sizesText } from './demo-data.js';
import type { IconLanguageCode } from './icons/languages/languages.js';
import { mainJobPage } from './report-page.js';
import type { StartServer } from './service/demo-server.js';
import { againText, type LearntAgain, learnAgain } from './service/learn-again.js';
import { clearServiceFolder } from './service/service-folder.js';
import { plainSample, searchSideBySide } from './side-by-side.js';

export interface DemoOptions {
  /** A dataset folder or a log; the icons unless set. */
  data?: string | undefined;
  /** Of the icons. Default `en`. */
  language?: IconLanguageCode | undefined;
  /** Where everything goes; made if need be. */
  out: string;
  tier: Tier;
  /** The tier's own unless set. */
  base?: string | undefined;
  /** Decides the order of the pairs. */
  seed: number;
  /** As for tuneModel. */
  minutes?: number | undefined;
  columns?: ColumnNames | undefined;
  /** Of text files; UTF-8, or what their bytes tell, unless set. */
  encoding?: string | undefined;
  weights?: MainJobOptions['weights'];
  weightLabels?: MainJobOptions['weightLabels'];
  /** Learns from fewer than 100 pairs too. */
  few?: boolean | undefined;
  /** Learns although the base knows less than half of what documents or queries say. */
  anyway?: boolean | undefined;
  /** Goes on to a server, searches over HTTP and another cycle. */
  cycle: boolean;
  startServer: StartServer;
  /** Shows how far a job is; resolves when it has ended. */
  watch: (client: Client, job: Job) => Promise<Job>;
  signal: AbortSignal;
  /** How texts for a terminal are set. */
  style: TextOptions;
  /** A finding, as text for a terminal. */
  say: (text: string) => void;
  /** What takes a while. */
  note: (text: string) => void;
  onStep: (detail: string) => void;
  onTraining: (progress: TrainingProgress) => void;
}

/** What is written to `demo.json`. */
export interface DemoFigures {
  schema: 'attune.demo/1';
  seconds: number;
  main: Omit<MainJobResult['comparison']['report']['main'], 'perQuery'>;
  quadrants: MainJobResult['comparison']['report']['quadrants'];
  choices: MainJobResult['comparison']['report']['choices'];
  verdict: MainJobResult['comparison']['report']['verdict'];
  again: LearntAgain | null;
}

export interface Demo {
  data: DemoData;
  result: MainJobResult;
  searches: SideBySideSearch[];
  figures: DemoFigures;
}

/**
 * The whole job, from a log to a better search. Leaves in `out` the model (`tuned`), its index, `report.html`, `demo.json`, and the
 * data folder that was served (`service`).
 *
 * @throws {AttuneError} STORE_LOCKED while a server has an earlier demo's data folder open; FILE_EXISTS for a `service` that is none
 *   of the demo's; UNAVAILABLE where the icon packages cannot be installed; what the main job and the cycle throw
 */
export async function runDemo(options: DemoOptions): Promise<Demo> {
  const { out, style, say, onStep } = options;
  const startedAt = performance.now();
  await mkdir(out, { recursive: true });
  await clearServiceFolder(out);
  const data = await demoData(options);
  if (data.icons) say(sizesText(data.icons.summary));
  const result = await mainJob(data, options);
  if (data.icons) say(`${dirtText(data.icons.summary, result)}\n`);
  const { report } = result.comparison;
  say(evaluationText(report, style));
  const queries = data.queries ?? plainSample(judgedSets(result.dataset).main.queries, 3);
  const searches = await searchSideBySide(result, { queries, picture: data.picture });
  say(searchesText(searches, style));
  const again = options.cycle
    ? await learnAgain(result, {
        out,
        name: data.name,
        queries,
        startServer: options.startServer,
        onStep,
        watch: options.watch,
      })
    : undefined;
  if (again) say(`${againText(again)}\n${gateText(again.gate, style)}`);
  await replaceFile(join(out, 'report.html'), mainJobPage(result, { ...data, searches, again }));
  const { perQuery: _perQuery, ...main } = report.main;
  const figures: DemoFigures = {
    schema: 'attune.demo/1',
    seconds: (performance.now() - startedAt) / 1000,
    main,
    quadrants: report.quadrants,
    choices: report.choices,
    verdict: report.verdict,
    again: again ?? null,
  };
  await writeJson(join(out, 'demo.json'), figures);
  return { data, result, searches, figures };
}

async function demoData({ data, language = 'en', out, note }: DemoOptions): Promise<DemoData> {
  if (data !== undefined) return { path: data, title: `Attune on ${data}`, name: 'demo' };
  note('Installing the icon packages from npm (once) …');
  return iconData(out, language);
}

function mainJob(data: DemoData, options: DemoOptions): Promise<MainJobResult> {
  const { out, tier, base, seed, columns, encoding, signal, style, say, onStep, onTraining } = options;
  return runMainJob({
    data: data.path,
    out,
    tier,
    base,
    seed,
    minutes: options.minutes,
    columns,
    encoding,
    weights: options.weights,
    weightLabels: options.weightLabels,
    few: options.few,
    anyway: options.anyway,
    acceptErrors: true,
    keepPerQuery: true,
    signal,
    onStep: (step, detail) => onStep(`${step}: ${detail}`),
    onTraining,
    onValidated: (report) => say(validationText(report, style)),
    onTuned: ({ reason, choices, learned }, { weights }) => {
      const chosen = choices.map(({ what, chosen, on }) => `Chosen on the ${on}: ${what}: ${chosen}`);
      say([weights.why, learnedSentence(learned, weights.kind), reason, ...chosen, ''].join('\n'));
    },
  });
}
