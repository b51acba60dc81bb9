import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { mainJobPage, plainSample, searchSideBySide } from '@attune/demo';
import { cannotRead } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { replaceFile } from '@attune/files';
import type { Service } from '@attune/service';
import {
  datasetDigest,
  judgedSets,
  type MainJobOptions,
  type TunedAndJudged,
  tuneAndJudge,
} from '@attune/tune';
import type { LexicalSettings } from '../search-settings.js';
import { bringIntoService } from './bring-into-service.js';
import { makeServedBundle } from './served-bundle.js';
import { UpState } from './up-state.js';

export interface BringUpOptions
  extends Pick<
    MainJobOptions,
    | 'columns'
    | 'encoding'
    | 'language'
    | 'weights'
    | 'weightLabels'
    | 'tier'
    | 'base'
    | 'minutes'
    | 'few'
    | 'anyway'
    | 'onTraining'
  > {
  logs: readonly string[];
  catalogue?: string | undefined;
  /** The data folder that the service has open. */
  data: string;
  collection: string;
  signal: AbortSignal;
  onStep(detail: string): void;
  /** Each once, in this order. */
  onLogs(logs: readonly string[]): void;
  onValidated: NonNullable<MainJobOptions['onValidated']>;
  onTuned: NonNullable<MainJobOptions['onTuned']>;
  onJudged(result: TunedAndJudged): void;
  /** What else is to be told: that the model cannot read the texts, and what is served therefore. */
  onNote(note: string): void;
}

export interface BroughtUp {
  result: TunedAndJudged;
  /** False where the same logs had been brought into service before: then nothing there was changed. */
  isNew: boolean;
  /** What is in service now. */
  service: { documents: number; model: string; settings: LexicalSettings };
  /** Path of the page that tells it all. */
  report: string;
}

/**
 * From a log to a collection in service: validates, tunes, evaluates, and serves what the evaluation advises. It learns from all logs that
 * it was ever given for this collection. Stopped, it continues: a tuning that ended is not done again.
 *
 * @throws {AttuneError} what the main job and the service throw
 */
export async function bringUp(service: Service, options: BringUpOptions): Promise<BroughtUp> {
  const { data, collection, signal, onStep } = options;
  const state = await UpState.open(data, collection);
  const logs = state.logsWith(options.logs);
  const catalogue = state.catalogueOr(options.catalogue);
  await checkSources({ logs, catalogue });
  options.onLogs(logs);
  const { columns, encoding, language, weights, weightLabels, tier, base, minutes, few, onTraining } =
    options;
  const result = await tuneAndJudge({
    data: logs,
    documents: catalogue,
    out: state.folder,
    columns,
    encoding,
    language,
    weights,
    weightLabels,
    tier,
    base,
    minutes,
    few,
    // What the base cannot read is served by words alone (below).
    anyway: true,
    acceptErrors: true,
    keepPerQuery: true,
    signal,
    onStep: (_, detail) => onStep(detail),
    onTraining,
    onValidated: options.onValidated,
    onTuned: options.onTuned,
  });
  await state.save({ logs, catalogue });
  const report = join(state.folder, 'report.html');
  const queries = plainSample(judgedSets(result.dataset).main.queries, 3);
  const searches = await searchSideBySide(result, { queries });
  await replaceFile(report, mainJobPage(result, { title: `Attune on ${logs.join(', ')}`, searches }));
  options.onJudged(result);
  const byWords = !options.anyway && result.comparison.readings.some(cannotRead);
  if (byWords)
    options.onNote(
      'The model knows less than half of what the texts say, so words alone are served. To serve what the figures advise, set `anyway`.',
    );

  const digest = datasetDigest(result.dataset);
  const isNew = state.served !== digest || !(await isInService(service, collection));
  if (isNew) {
    const { folder } = state;
    const bundle = join(folder, 'served');
    await makeServedBundle(result, { tuned: join(folder, result.files.bundle), out: bundle, byWords });
    await bringIntoService(service, result, { folder, collection, bundle, signal, onStep });
    await state.save({ served: digest });
  }
  return { result, isNew, service: await inService(service, collection), report };
}

async function inService(service: Service, collection: string): Promise<BroughtUp['service']> {
  const { documents, bundle, release } = await service.collection(collection);
  const { lexical } = (await service.releases(collection)).find(({ number }) => number === release)!;
  return { documents, model: bundle, settings: lexical as LexicalSettings };
}

/** @throws {AttuneError} FILE_NOT_FOUND */
export async function checkSources({
  logs,
  catalogue,
}: Pick<BringUpOptions, 'logs' | 'catalogue'>): Promise<void> {
  for (const [what, path] of [
    ...logs.map((log) => ['a log', log] as const),
    ...(catalogue === undefined ? [] : [['a catalogue', catalogue] as const]),
  ]) {
    if (!(await isThere(path)))
      throw new AttuneError(
        'FILE_NOT_FOUND',
        `Expected ${what} at ${path}, but there is nothing. One that was learned from before has to stay, or attune up begins anew with ` +
          'another --data or --collection.',
      );
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function isInService(service: Service, collection: string): Promise<boolean> {
  return (await service.collections()).some(({ name }) => name === collection);
}
