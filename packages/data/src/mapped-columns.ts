import type { ColumnRole } from './columns.js';
import type { SourcePlan } from './source-plan.js';
import type { MappedColumn } from './validation-report.js';

/** Which column of which file was taken for what. TREC files have places, not columns, and are left out. */
export function mappedColumns({ files }: SourcePlan): MappedColumn[] {
  const mapped: MappedColumn[] = [];
  for (const { name: file, format, role: fileRole, mapping } of files) {
    if (format.format === 'words' || fileRole === 'events') continue;
    for (const role of rolesOf[fileRole] ?? []) {
      const column = mapping.columns[role];
      if (column !== undefined) mapped.push({ file, role, column, guessed: mapping.guessed.has(role) });
    }
    if (fileRole !== 'documents' && fileRole !== 'interactions') continue;
    for (const column of mapping.fields) {
      if (column === mapping.columns.title) continue;
      mapped.push({ file, role: 'text', column, guessed: mapping.guessed.has('fields') });
    }
  }
  return mapped;
}

const rolesOf: Readonly<Record<string, readonly ColumnRole[]>> = {
  documents: ['document', 'title'],
  queries: ['queryId', 'query', 'part'],
  interactions: ['queryId', 'query', 'document', 'title', 'weight', 'rank', 'part'],
  judgments: ['queryId', 'document', 'weight'],
  ignore: [],
};
