import { join } from 'node:path';
import { AttuneError } from '@attune/errors';
import { writeSealedJson } from '@attune/files';
import { StoreReader } from '@attune/store';
import { describeError } from '../describe-error.js';
import { resultFile } from '../job-folder.js';
import type { JobMessage, JobStart } from '../launch/protocol.js';
import { type JobKind, type JobRequests, parseKind } from '../requests.js';
import { cycleJob } from './cycle.js';
import { evaluateJob } from './evaluate.js';
import type { WorkResults } from './results.js';
import { trainJob } from './train.js';
import { validateJob } from './validate.js';
import type { Work } from './work.js';

const works: { [Kind in JobKind]: (work: Work<Kind>) => Promise<WorkResults[Kind]> } = {
  validate: validateJob,
  train: trainJob,
  evaluate: evaluateJob,
  cycle: cycleJob,
};

export interface RunOptions {
  signal: AbortSignal;
  tell: (message: JobMessage) => void;
}

/**
 * Does the work of a job, keeps its result in the job's folder, and gives it back.
 *
 * @throws {AttuneError} what the work failed with, as `describeError` says it
 */
export async function runJob(start: JobStart, options: RunOptions): Promise<unknown> {
  const { data, folder } = start;
  try {
    const reader = StoreReader.open(data);
    try {
      const result = await doWork(reader, start, options);
      await writeSealedJson(join(folder, resultFile), { result });
      return result;
    } finally {
      reader.close();
    }
  } catch (error) {
    console.error(error);
    const { code, message } = describeError(error, data);
    throw new AttuneError(code, message);
  }
}

async function doWork(
  reader: StoreReader,
  { data, id, folder }: JobStart,
  { signal, tell }: RunOptions,
): Promise<unknown> {
  const record = reader.get('job', id)?.value;
  if (!record) throw new AttuneError('NOT_FOUND', `There is no job ${id}.`);
  const work: Work<JobKind> = {
    id,
    data,
    folder,
    reader,
    signal,
    request: record.request as JobRequests[JobKind],
    throughEvent: (record.result as { throughEvent?: number } | null)?.throughEvent ?? 0,
    step: (step) => tell({ type: 'step', step }),
    progress: (progress) => tell({ type: 'progress', progress }),
    note: (note) => tell({ type: 'note', note }),
    verdict: (dataset, verdict) => tell({ type: 'verdict', dataset, verdict }),
  };
  return works[parseKind(record.kind)](work as never);
}
