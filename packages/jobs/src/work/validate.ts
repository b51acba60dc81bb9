import { join } from 'node:path';
import { type ValidationReport, validate } from '@attune/data';
import { counted } from '@attune/errors';
import { writeJson } from '@attune/files';
import { stemForLanguage } from '@attune/indexes';
import { datasetFiles, datasetFolder, datasetReport } from '@attune/store';
import { queryParts, unknownTexts } from '@attune/tune';
import type { JobKind } from '../requests.js';
import type { Work } from './work.js';

export interface ValidateResult {
  verdict: ValidationReport['verdict'];
  rowsRead: number;
  rowsRejected: number;
  /** By severity. */
  findings: Record<string, number>;
}

const quarantine = 'quarantine.jsonl';

/** Validates an uploaded dataset, and writes the report beside it. */
export async function validateDataset(work: Work<JobKind>, dataset: string): Promise<ValidationReport> {
  work.step('validating');
  const found = await validate(datasetFiles(work.data, dataset), {
    stemFor: stemForLanguage,
    partSizes: queryParts,
    unknownTexts: unknownTexts(undefined),
    quarantine: join(datasetFolder(work.data, dataset), quarantine),
    force: true,
    signal: work.signal,
    onProgress: (rows) => work.note(counted(rows, 'row')),
  });
  // Names, not places of this machine: the report goes out over HTTP.
  const report: ValidationReport = { ...found, source: dataset };
  if (found.quarantine) report.quarantine = { ...found.quarantine, file: quarantine };
  await writeJson(datasetReport(work.data, dataset), report);
  work.verdict(dataset, report.verdict);
  return report;
}

export async function validateJob(work: Work<'validate'>): Promise<ValidateResult> {
  const { verdict, rowsRead, rowsRejected, findings } = await validateDataset(work, work.request.dataset);
  const counts: Record<string, number> = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) counts[severity] = (counts[severity] ?? 0) + 1;
  return { verdict, rowsRead, rowsRejected, findings: counts };
}
