import { join } from 'node:path';
import { type DocumentRow, readDataset } from '@attune/data';
import { writeJson } from '@attune/files';
import { stemForLanguage } from '@attune/indexes';
import { datasetFiles, type StoredDocument } from '@attune/store';
import { Catalogue, compareModels, datasetDigest, judgedSets } from '@attune/tune';
import { loadModel } from './find-model.js';
import type { Work } from './work.js';

export const evaluationFile = 'evaluation.json';

export interface EvaluateResult {
  /** Of the queries that decide: the mean of every metric, by leg. */
  legs: Record<string, Record<string, number>>;
  queries: number;
  verdict: unknown;
  /** The full report (schema attune.evaluation/1), in the job's folder. */
  report: string;
}

export function documentRow({ id, fields, attributes }: StoredDocument, collection: string): DocumentRow {
  return { id, fields, attributes, source: { file: collection, line: 0 } };
}

/** Compares a model with BM25, with both fused, and with its base. */
export async function evaluateJob(work: Work<'evaluate'>): Promise<EvaluateResult> {
  const { data, reader, request, signal } = work;
  const { collection } = request;
  work.step('reading');
  const dataset = await readDataset(datasetFiles(data, request.dataset), {
    stemFor: stemForLanguage,
    signal,
  });
  const documents =
    collection === undefined
      ? dataset.documents
      : reader.snapshot(() =>
          Array.from(reader.documents(collection), (document) => documentRow(document, collection)),
        );
  work.step('loading the models');
  const model = await loadModel(data, reader, request.model);
  const base = request.base === undefined ? undefined : await loadModel(data, reader, request.base);
  const { report } = await compareModels({
    name: request.dataset,
    catalogue: new Catalogue(documents, dataset),
    sets: judgedSets({ ...dataset, path: request.dataset }),
    dataset: datasetDigest(dataset),
    model,
    base,
    learnedFrom: dataset.interactions.map(({ query }) => query),
    against: base ? ['bm25', 'base', 'hybrid'] : ['bm25', 'hybrid'],
    signal,
    onStep: (step) => work.step(step),
  });
  await writeJson(join(work.folder, evaluationFile), report);
  const legs: EvaluateResult['legs'] = {};
  for (const { name, metrics } of report.main.legs) {
    legs[name] = Object.fromEntries(Object.entries(metrics).map(([metric, { mean }]) => [metric, mean]));
  }
  return { legs, queries: report.main.queryCount, verdict: report.verdict, report: evaluationFile };
}
