import { notesOfFile, notesOfFormats } from '../source-plan.js';
import type { ValidationRule } from './rule.js';

/** Faults that the reader names itself, and files without rows. */
function problemRule(rule: Omit<ValidationRule, 'start' | 'unit' | 'quarantine'>): ValidationRule {
  return {
    ...rule,
    unit: 'rows',
    quarantine: true,
    start: () => ({
      row(row, found) {
        found.looked();
        if (row.problems.length === 0) return;
        const problem = row.problems.find(({ code }) => code === rule.code);
        if (problem !== undefined) {
          found.found(row, `${problem.message}, at byte ${row.byteOffset}: ${row.raw}`);
        }
      },
    }),
  };
}

export const structureRules: readonly ValidationRule[] = [
  problemRule({
    code: 'UNREADABLE_ROW',
    title: 'rows that cannot be read',
    severity: 'warning',
    failAbove: 0.01,
    fix: 'Mend or remove the lines; they are left out of training. A line that ends early often means that a write was cut short.',
  }),
  problemRule({
    code: 'RAGGED_ROW',
    title: 'rows with more or fewer values than the header',
    severity: 'warning',
    failAbove: 0.05,
    fix:
      'Quote values that hold the delimiter, and write a quote inside quotes as "" (not \\"). Of a document with values to ' +
      'spare only the first text is used; other such rows are left out; missing values at the end count as blank.',
  }),
  problemRule({
    code: 'INVALID_UTF8',
    title: 'bytes that are no text in the encoding of their file',
    severity: 'warning',
    failAbove: 0.05,
    fix:
      'Mend the rows, which were written in another encoding than the rest or cut inside a character; or, if the whole file was read in a ' +
      'wrong encoding, name the right one with `encoding`, such as GB18030, Shift_JIS or Windows-1252, or save it as UTF-8.',
  }),
  {
    code: 'EMPTY_FILE',
    title: 'files without rows',
    severity: 'error',
    unit: 'files',
    fix: 'Export the file again, or take it out of the folder.',
    start({ plan }) {
      const rows = plan.files.map(() => 0);
      const indexOf = new Map(plan.files.map((file, index) => [file, index]));
      return {
        row(row) {
          const index = indexOf.get(row.source) ?? 0;
          rows[index] = (rows[index] ?? 0) + 1;
        },
        end(found) {
          found.looked(rows.length);
          rows.forEach((count, index) => {
            if (count === 0) found.foundAt(index, 0, 'no rows');
          });
        },
      };
    },
  },
  {
    code: 'FILE_FORM',
    title: 'files whose encoding, numbers or ids were told from what they hold',
    severity: 'info',
    unit: 'files',
    fix: 'Look whether letters, weights and ids came out right. Files in UTF-8 need no guess.',
    start: ({ plan }) => ({
      end(found) {
        found.looked(plan.files.length);
        plan.files.forEach((file, index) => {
          const notes = notesOfFile(file);
          if (notes.length > 0) found.foundAt(index, 0, notes.join(' '));
        });
        for (const note of notesOfFormats(plan.files)) found.say(note);
      },
    }),
  },
  {
    code: 'SKIPPED_FILE',
    title: 'files that were not read',
    severity: 'warning',
    unit: 'files',
    fix: 'Mend or convert them if they belong to the dataset, as each reason says; else take them out of the folder.',
    start: ({ plan }) => ({
      end(found) {
        found.looked(plan.files.length + plan.skipped.length);
        if (plan.skipped.length === 0) return;
        found.totals(plan.skipped.length, plan.files.length + plan.skipped.length);
        for (const { file, reason } of plan.skipped) found.say(`${file}: ${reason}`);
      },
    }),
  },
  {
    code: 'MISSING_PART',
    title: 'parts of a dataset without which nothing can be learned or judged',
    severity: 'error',
    unit: 'parts',
    fix:
      'Name the file of the documents with `documents`, or put the missing files into the folder, under names that tell what they are, ' +
      'such as corpus.jsonl and queries.jsonl, or collection.tsv and queries.tsv.',
    start: ({ has }) => ({
      end(found) {
        found.looked(2);
        // A log brings its queries, and may bring its documents.
        const missing = has('judgments') && !has('interactions') && !has('events');
        const parts = [
          ...(missing && !has('documents') ? ['documents'] : []),
          ...(missing && !has('queries') ? ['queries'] : []),
        ];
        if (parts.length === 0) return;
        found.totals(parts.length, 2);
        found.say(`There are judgments, but no file of the ${parts.join(' and the ')} that they are about.`);
      },
    }),
  },
];
