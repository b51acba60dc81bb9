import type { ValidationRule } from './rule.js';

const weighted = (role: string): boolean => role === 'interactions' || role === 'judgments';

export const weightRules: readonly ValidationRule[] = [
  {
    code: 'WEIGHT_INVALID',
    title: 'weights that are missing or no finite number',
    severity: 'warning',
    failAbove: 0.01,
    unit: 'rows',
    quarantine: true,
    fix:
      'Write a decimal number, 0 or above, or say what the words stand for (`weightLabels`), or name another column (`columns.weight`, or call it weight in the file). ' +
      'Rows without are left out.',
    start: () => ({
      row(row, found) {
        if (!weighted(row.role) || row.weight === undefined) return;
        found.looked();
        if (row.rejected === 'WEIGHT_INVALID') found.found(row);
      },
    }),
  },
  {
    code: 'NEGATIVE_WEIGHT',
    title: 'negative weights',
    severity: 'warning',
    failAbove: 0.01,
    unit: 'rows',
    quarantine: true,
    fix: 'A weight says how well a document answers; 0 says not at all. Interactions with less are left out, judgments are read as 0.',
    start: () => ({
      row(row, found) {
        if (!weighted(row.role) || row.weight === undefined) return;
        found.looked();
        if (row.weight < 0) found.found(row);
      },
    }),
  },
  {
    code: 'CONSTANT_WEIGHT',
    title: 'all weights are the same',
    severity: 'warning',
    unit: 'rows',
    fix: 'Name another column (`columns.weight`, or call it weight in the file) if there is one that tells good answers from bad ones; otherwise training treats all pairs alike.',
    start(context) {
      const files = context.plan.files.map(() => ({ weight: Number.NaN, rows: 0, constant: true, line: 0 }));
      return {
        row(row, found) {
          const { weight } = row;
          if (row.role !== 'interactions' || weight === undefined || Number.isNaN(weight)) return;
          // A log of single clicks has no other weight; how often a pair comes is its weight.
          if (row.source.weights?.kind === 'counts') return;
          found.looked();
          const seen = files[context.plan.files.indexOf(row.source)];
          if (seen === undefined) return;
          if (seen.rows === 0) {
            seen.weight = weight;
            seen.line = row.line;
          } else if (weight !== seen.weight) seen.constant = false;
          seen.rows += 1;
        },
        end(found) {
          let rows = 0;
          let total = 0;
          files.forEach((seen, index) => {
            total += seen.rows;
            if (seen.rows < 2 || !seen.constant) return;
            rows += seen.rows;
            found.foundAt(index, seen.line);
            found.say(
              `All ${seen.rows.toLocaleString('en')} weights of ${context.plan.files[index]?.name} are ${seen.weight}.`,
            );
          });
          found.totals(rows, total);
        },
      };
    },
  },
  {
    code: 'ZERO_WEIGHT',
    title: 'rows of weight 0',
    severity: 'info',
    unit: 'rows',
    fix: 'They say "shown, and not relevant": of use as hard negatives, never as pairs to learn.',
    start: () => ({
      row(row, found) {
        if (row.role !== 'interactions' || row.weight === undefined) return;
        found.looked();
        if (row.weight === 0) found.found(row);
      },
    }),
  },
];
