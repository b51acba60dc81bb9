import { hash53, hashPair } from '../hash.js';
import { KeyTable } from '../key-table.js';
import { stemSet } from '../normalise.js';
import type { DataRow } from '../rows.js';
import { queryHash } from './fold.js';
import type { RuleContext, ValidationRule } from './rule.js';

/** What evaluation must not have seen in training. */
export const leakageRules: readonly ValidationRule[] = [
  {
    code: 'LEAK_PAIR',
    title: 'judged pairs that were trained on',
    severity: 'error',
    unit: 'judgments',
    fix: 'Take the pair out of the training data, or list it in the NAME.ignore file of the slice, which takes it out of the ranking.',
    start(context) {
      if (!context.has('judgments') || !context.has('interactions')) return undefined;
      const trained = new KeyTable();
      return {
        row(row, found) {
          if (row.documentId === undefined || row.rejected !== undefined) return;
          if (row.role === 'interactions') {
            trained.add(hashPair(queryHash(row), hash53(row.documentId)));
          } else if (row.role === 'judgments') {
            found.looked();
            if (trained.has(hashPair(judgedQuery(row, context), hash53(row.documentId)))) found.found(row);
          }
        },
      };
    },
  },
  {
    code: 'LEAK_QUERY',
    title: 'evaluation queries that are a training query in other words',
    severity: 'warning',
    failAbove: 0.2,
    unit: 'queries',
    fix: 'Keep like queries in one part (readDataset does, when it splits by itself), or the test measures memory.',
    start(context) {
      const parts = new KeyTable(); // of stem sets seen in training
      const queries = new KeyTable(); // of (part, text) already looked at
      const evaluated: { stems: number; fileIndex: number; line: number; text: string }[] = [];
      const { stem } = context.options;
      return {
        row(row, found) {
          const { query } = row;
          if (query === undefined || query === '' || row.rejected !== undefined) return;
          if (row.role !== 'queries' && row.role !== 'interactions') return;
          const facts = row.queryId === undefined ? undefined : context.queries.get(hash53(row.queryId));
          const part = row.part ?? facts?.part ?? 'train';
          const before = queries.size;
          if (queries.add(hash53(`${part} ${query}`)) < before) return;
          const stems = stemSet(query, { stem });
          if (stems === '') return;
          if (part === 'train') {
            parts.add(hash53(stems));
            return;
          }
          found.looked();
          const fileIndex = context.plan.files.indexOf(row.source);
          evaluated.push({ stems: hash53(stems), fileIndex, line: row.line, text: query });
        },
        end(found) {
          for (const { stems, fileIndex, line, text } of evaluated) {
            if (parts.has(stems)) found.foundAt(fileIndex, line, text);
          }
        },
      };
    },
  },
];

/** As `queryHash` of an interaction: by text where the file of queries has it. */
function judgedQuery(row: DataRow, context: RuleContext): number {
  const facts = context.queries.get(hash53(row.queryId ?? ''));
  return facts === undefined ? queryHash(row) : facts.text;
}
