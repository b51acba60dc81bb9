import { checkOptions } from '@attune/errors';
import type { EvaluationReport, Verdict } from '@attune/evaluate';
import { type DocumentIndex, type MainJobOptions, runMainJob } from '@attune/tune';

/** Those of the main job, without what only a program with a display of its own needs. */
export type TuneOptions = Omit<
  MainJobOptions,
  'data' | 'keepPerQuery' | 'onTraining' | 'onTuned' | 'onValidated'
>;

export interface Tuned {
  /** Whether the model is better, and in `advice` what to serve on this evidence. */
  verdict: Verdict;
  /** All figures that the verdict rests on; `out` holds it as `evaluation.json`. */
  report: EvaluationReport;
  /** The folder of the tuned model: what `open` takes as `model`. */
  model: string;
  /** The documents of the data, searched by the model as it was judged. */
  index: DocumentIndex;
}

/**
 * From a log to a better search: validates the data, tunes a model on it, and compares that with its base, with BM25 and with both fused, on
 * queries that nothing was chosen on. A call that was stopped continues in the same `out`.
 *
 * @param data  a log, or a dataset folder
 * @throws {AttuneError} DATA_INVALID when validation finds errors, unless `acceptErrors` is set; DATA_TOO_FEW below 100 pairs, unless `few` is
 *   set; TEXTS_UNKNOWN where the base knows less than half of the texts, unless `anyway` is; DATA_…, BUNDLE_…, FILE_UNWRITABLE, DISK_FULL, CANCELLED
 */
export async function tune(data: string, options: TuneOptions): Promise<Tuned> {
  checkOptions("{ out: 'my-job' }", options);
  const { comparison, tuning, index } = await runMainJob({ ...options, data });
  const { report } = comparison;
  return { verdict: report.verdict, report, model: tuning.bundle.path, index };
}
