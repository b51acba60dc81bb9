import { addCycleDatasets, writeDocuments } from '@attune/demo';
import { readBundle } from '@attune/encode';
import type { Service } from '@attune/service';
import type { TunedAndJudged } from '@attune/tune';

export interface BringOptions {
  /** Folder of the main job; what is made for the moment lies there. */
  folder: string;
  collection: string;
  /** Folder of the model. */
  bundle: string;
  signal: AbortSignal;
  onStep(detail: string): void;
}

/**
 * Puts a model and its documents into service, and what a later cycle learns from and is judged by. Begun again after a stop it finds what
 * is there: the same model is not brought in twice, and documents are written over.
 */
export async function bringIntoService(
  service: Service,
  result: TunedAndJudged,
  options: BringOptions,
): Promise<void> {
  const { collection, bundle, signal, onStep } = options;
  const { documents } = result.dataset;
  const known = (await service.collections()).find(({ name }) => name === collection);
  const model = await addModel(service, collection, bundle);
  if (known === undefined) await service.createCollection(collection, { bundle: model });
  onStep('loading documents');
  await writeDocuments(service, collection, documents, {
    signal,
    onProgress: (written) => onStep(`loading documents: ${written} of ${documents.length}`),
  });
  if (known !== undefined && known.bundle !== model) {
    onStep('putting the new model into service');
    // What it cannot read is served by words alone.
    await service.promote(collection, model, { reason: 'hand', anyway: true, signal });
  }
  await addBaseCollection(service, result, options);
  await addLearning(service, result, options, model);
}

/** The same model stays the one that it was; another one gets the next number. */
async function addModel(service: Service, collection: string, folder: string): Promise<string> {
  const { fingerprint, manifest } = await readBundle(folder);
  const settings = JSON.stringify(manifest?.lineage.search?.settings);
  const models = await service.models.list();
  const numbered = models.flatMap((model) => {
    const number = new RegExp(`^${collection.replaceAll('.', '\\.')}-(\\d+)$`).exec(model.name)?.[1];
    return number === undefined ? [] : [{ model, number: Number(number) }];
  });
  const same = numbered.find(
    ({ model }) => model.fingerprint === fingerprint && JSON.stringify(model.search?.settings) === settings,
  );
  if (same) return same.model.name;
  const next = Math.max(0, ...numbered.map(({ number }) => number)) + 1;
  return (await service.models.import(`${collection}-${next}`, folder)).name;
}

/** The same documents under the model untuned, which the page compares with. */
async function addBaseCollection(
  service: Service,
  { dataset, tuning, comparison }: TunedAndJudged,
  { collection, signal, onStep }: BringOptions,
): Promise<void> {
  const name = `${collection}-base`;
  const known = (await service.collections()).find((each) => each.name === name);
  if (known === undefined) {
    await service.models.import(name, tuning.base.path);
    await service.createCollection(name, { bundle: name, lexical: comparison.model.lexical });
  }
  onStep('loading documents for the base');
  await writeDocuments(service, name, dataset.documents, { signal });
}

/** A cycle of the collection learns from the log beside the events, and is judged by half of the log's dev queries. */
async function addLearning(
  service: Service,
  { dataset }: TunedAndJudged,
  { folder, collection }: BringOptions,
  model: string,
): Promise<void> {
  const judged = dataset.slices.find(({ name }) => name === 'dev')?.judgments.size ?? 0;
  if (judged === 0) return;
  const record = (await service.store.get('collection', collection))!.value;
  const before = [...record.learning.datasets, ...(record.golden ? [record.golden.dataset] : [])];
  if (before.some((name) => name.startsWith(`${model}-`))) return;
  const { golden, log } = await addCycleDatasets(service, dataset, { prefix: model, folder: folder });
  const others = record.learning.datasets.filter((name) => !isOurs(name, collection));
  await service.configure(collection, {
    golden: { dataset: golden.dataset, slice: golden.slice },
    learning: { ...record.learning, datasets: [...others, log] },
  });
  for (const name of before.filter((each) => isOurs(each, collection))) await service.datasets.remove(name);
}

const isOurs = (dataset: string, collection: string): boolean =>
  dataset.startsWith(`${collection}-`) && /-\d+-(log|golden)$/.test(dataset);
