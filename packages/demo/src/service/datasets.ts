import { createReadStream } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Dataset, type Judgments, writeDataset } from '@attune/data';
import { halfOf } from '@attune/evaluate';
import type { Service } from '@attune/service';

/** Names of the two datasets that the demo's cycle goes by. */
export interface CycleDatasets {
  /** The frozen judged queries, and how many they are. */
  golden: { dataset: string; slice: string; queries: number };
  /** Learned from beside the events. */
  log: string;
}

/**
 * Brings the demo's data into a data folder as two datasets. What is chosen may not be judged on the same queries, so dev is halved
 * by a hash of the query's text: one half goes with the log, to choose epochs on; the other is the golden set.
 */
export async function addCycleDatasets(
  service: Service,
  dataset: Dataset,
  { prefix, folder }: { prefix: string; folder: string },
): Promise<CycleDatasets> {
  const { documents } = dataset;
  const golden = { ...dataset, ...halfOfDev(dataset, 'reporting'), documents, interactions: [] };
  const chosen = halfOfDev(dataset, 'choosing');
  const train = dataset.queries.filter(({ part }) => part === 'train');
  const log = { ...dataset, ...chosen, queries: [...train, ...chosen.queries], documents };
  const names = { golden: `${prefix}-golden`, log: `${prefix}-log` };
  await put(service, names.golden, golden, join(folder, names.golden));
  await put(service, names.log, log, join(folder, names.log));
  return {
    golden: { dataset: names.golden, slice: 'dev', queries: golden.slices[0]!.judgments.size },
    log: names.log,
  };
}

function halfOfDev(dataset: Dataset, half: 'choosing' | 'reporting'): Pick<Dataset, 'queries' | 'slices'> {
  const dev = dataset.slices.find(({ name }) => name === 'dev');
  const textOf = new Map(dataset.queries.map(({ id, text }) => [id, text]));
  const judgments: Judgments = new Map(
    [...(dev?.judgments ?? [])].filter(([id]) => halfOf(textOf.get(id) ?? '') === half),
  );
  return {
    queries: dataset.queries.filter(({ id }) => judgments.has(id)),
    slices: [{ ...dev, name: 'dev', judgments }],
  };
}

/** Written beside the service, and taken in as an upload is. */
async function put(service: Service, name: string, dataset: Dataset, folder: string): Promise<void> {
  await writeDataset(folder, dataset, { force: true });
  for (const file of (await readdir(folder)).sort())
    await service.datasets.put(name, file, createReadStream(join(folder, file)));
  await rm(folder, { recursive: true });
}
