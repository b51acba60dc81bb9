import { stat } from 'node:fs/promises';
import { AttuneError, checkFilledText } from '@attune/errors';
import { checkReading } from './check-source.js';
import { DocumentCollector } from './document-collector.js';
import { type ReadOptions, readDataset } from './read-dataset.js';
import { readRows } from './rows.js';
import { holdsEvents, notesOfFormats, planDocuments, type SourceFile } from './source-plan.js';
import type { DocumentRow } from './types.js';

export interface ReadDocuments {
  documents: DocumentRow[];
  /** Rows that are no document (unreadable, no id, nothing in any field) or repeat an id, by reason. */
  rejected: Record<string, number>;
  /** Sentences about how the files were read, such as in which encoding. */
  notes: string[];
}

/**
 * Documents alone: of a JSONL or CSV file of documents, of a log of events, or of a dataset's folder. The first row with an id stays.
 *
 * @throws {AttuneError} as readDataset; DATA_EMPTY when no row is a document
 */
export async function readDocuments(
  path: string,
  options: Pick<ReadOptions, 'columns' | 'encoding' | 'signal'> = {},
): Promise<ReadDocuments> {
  checkFilledText('path', path, 'the path of a file or a folder');
  checkReading(options);
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder || (await holdsEvents(path, options))) {
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
      `Expected documents in ${path}, but no row of it is one (${reasons}). \`validate\` says of each row what is wrong with it.`,
    );
  }
  return { documents: collector.documents, rejected, notes: [...notesOfFormats([file]), ...logNotes(file)] };
}

/** What is told of a file of documents that looks like a log. */
function logNotes({ path, mapping }: SourceFile): string[] {
  const { query } = mapping.columns;
  if (query === undefined || mapping.columns.weight === undefined) return [];
  return [
    `${path} looks like a log, since it has a column for the query (${query}). Only the documents that its rows name are read.`,
  ];
}
