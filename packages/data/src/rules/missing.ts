import { isBlank } from '../values.js';
import type { ValidationRule } from './rule.js';

/** Values that are silently not there. */
export const missingRules: readonly ValidationRule[] = [
  {
    code: 'BLANK_VALUE',
    title: 'silent blanks in text fields',
    severity: 'warning',
    unit: 'values',
    fix:
      'Fill the field at its source or drop it. Blanks and words for nothing ("nan", "null", "None", "N/A") are masked, ' +
      'never learned as text.',
    start() {
      const byField = new Map<string, { blank: number; words: number; total: number; examples: number }>();
      return {
        row(row, found) {
          if (row.rejected === 'UNREADABLE_ROW') return;
          const { columns } = row.source.mapping;
          const query =
            row.query === undefined || row.role === 'events'
              ? []
              : [{ field: columns.query ?? 'query', value: row.query }];
          for (const { field, value } of [...query, ...row.texts]) {
            found.looked();
            const key = `${field} of ${row.file}`;
            let counts = byField.get(key);
            if (counts === undefined) {
              counts = { blank: 0, words: 0, total: 0, examples: 0 };
              byField.set(key, counts);
            }
            counts.total += 1;
            if (!isBlank(value)) continue;
            counts.blank += 1;
            if (value.trim() !== '') counts.words += 1;
            // A field that is blank everywhere must not crowd out the examples of the others.
            counts.examples += 1;
            if (counts.examples <= 2) found.found(row, `${field} is ${JSON.stringify(value)}`);
          }
        },
        end(found) {
          let blank = 0;
          let total = 0;
          const list = [...byField].sort(([, a], [, b]) => b.blank / b.total - a.blank / a.total);
          for (const [field, counts] of list) {
            blank += counts.blank;
            total += counts.total;
            if (counts.blank === 0) continue;
            const words = counts.words > 0 ? `, ${counts.words} of them a word for nothing` : '';
            found.say(`${field} is blank in ${counts.blank} of ${counts.total}${words}.`);
          }
          found.totals(blank, total);
        },
      };
    },
  },
  {
    code: 'ALL_MISSING',
    title: 'rows without any text',
    severity: 'warning',
    failAbove: 0.05,
    unit: 'rows',
    quarantine: true,
    fix: 'Give them a text or remove them; they are left out.',
    start: () => ({
      row(row, found) {
        if (row.role !== 'documents' && row.role !== 'queries' && row.role !== 'interactions') return;
        found.looked();
        if (row.rejected === 'ALL_MISSING') found.found(row);
      },
    }),
  },
  {
    code: 'MISSING_VALUE',
    title: 'rows without an id or a query',
    severity: 'warning',
    failAbove: 0.01,
    unit: 'rows',
    quarantine: true,
    fix: 'Every row needs the id of its document, and the text or id of its query; rows without are left out.',
    start: () => ({
      row(row, found) {
        if (row.role === 'events') return;
        found.looked();
        if (row.rejected === 'MISSING_VALUE') found.found(row);
      },
    }),
  },
];
