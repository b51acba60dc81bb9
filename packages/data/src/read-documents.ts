import { stat } from 'node:fs/promises';
import { AttuneError } from '@attune/errors';
import { DocumentCollector } from './document-collector.js';
import { type ReadOptions, readDataset } from './read-dataset.js';
import { readRows } from './rows.js';
import { notesOfFormats, planDocuments } from './source-plan.js';
import type { DocumentRow } from './types.js';

export interface ReadDocuments {
  documents: DocumentRow[];
  /** Rows that are no document (unreadable, no id, nothing in any field) or repeat an id, by reason. */
  rejected: Record<string, number>;
  /** Sentences about how the files were read, such as in which encoding. */
  notes: string[];
}

/**
 * Documents alone: of a JSONL or CSV file of documents, or of a dataset's folder. The first row with an id stays.
 *
 * @throws {AttuneError} as readDataset; DATA_EMPTY when no row is a document
 */
export async function readDocuments(
  path: string,
  options: Pick<ReadOptions, 'columns' | 'encoding' | 'signal'> = {},
): Promise<ReadDocuments> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) {
    const { documents, counts, notes } = await readDataset(path, options);
    return {
      documents,
      notes,
      rejected: Object.assign(
        {},
        ...counts.filter(({ role }) => role === 'documents').map((count) => count.rejected),
      ),
    };
  }
  const file = await planDocuments(path, options);
  const collector = new DocumentCollector();
  const rejected: Record<string, number> = {};
  for await (const rows of readRows(file, { hasCatalogue: true })) {
    if (options.signal?.aborted) throw new AttuneError('CANCELLED', `Reading ${path} was cancelled.`);
    for (const row of rows) {
      const reason = row.rejected ?? (collector.add(row) ? undefined : 'DUPLICATE_ID');
      if (reason !== undefined) rejected[reason] = (rejected[reason] ?? 0) + 1;
    }
  }
  if (collector.size === 0) {
    const listed = Object.entries(rejected).map(
      ([reason, count]) => `${reason} ${count.toLocaleString('en')}`,
    );
    const reasons = listed.length === 0 ? 'it has none' : listed.join(', ');
    throw new AttuneError(
      'DATA_EMPTY',
      `Expected documents in ${path}, but no row of it is one (${reasons}). Look at it with: attune validate`,
    );
  }
  return { documents: collector.documents, rejected, notes: notesOfFormats([file]) };
}
