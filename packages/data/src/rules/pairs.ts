import { hash53, hashPair } from '../hash.js';
import { KeyTable, NumberColumn } from '../key-table.js';
import { queryHash, titleOf } from './fold.js';
import type { ValidationRule } from './rule.js';

/** What a log says twice, and what it says in two ways. */
export const pairRules: readonly ValidationRule[] = [
  {
    code: 'REPEATED_PAIR',
    title: 'repeated (query, document) pairs',
    severity: 'info',
    unit: 'rows',
    fix: 'Nothing, if they are what people did again: reading adds counts up, and averages grades and rates.',
    start() {
      const seen = new KeyTable();
      const firstLine = new NumberColumn('int32');
      return {
        row(row, found) {
          if (row.role !== 'interactions' || row.rejected !== undefined) return;
          found.looked();
          const before = seen.size;
          const at = seen.add(hashPair(queryHash(row), hash53(row.documentId ?? '')));
          if (at === before) firstLine.set(at, row.line);
          else found.found(row, `as at line ${firstLine.get(at)}: ${row.raw}`);
        },
      };
    },
  },
  {
    code: 'REPEATED_TEXT',
    title: 'repeated (query, title) pairs under other ids',
    severity: 'warning',
    failAbove: 0.5,
    unit: 'rows',
    fix: 'Merge documents of one title, or let their texts tell them apart.',
    start() {
      const pairs = new KeyTable();
      const texts = new KeyTable();
      const firstLine = new NumberColumn('int32');
      return {
        row(row, found) {
          if (row.role !== 'interactions' || row.rejected !== undefined) return;
          const title = titleOf(row).trim();
          if (title === '') return;
          found.looked();
          const query = queryHash(row);
          const pairsBefore = pairs.size;
          const isNewPair = pairs.add(hashPair(query, hash53(row.documentId ?? ''))) === pairsBefore;
          const before = texts.size;
          const at = texts.add(hashPair(query, hash53(title)));
          if (at === before) firstLine.set(at, row.line);
          else if (isNewPair) found.found(row, `as at line ${firstLine.get(at)}: ${row.raw}`);
        },
      };
    },
  },
  {
    code: 'CONTRADICTORY_WEIGHT',
    title: '(query, text) pairs with contradictory weights',
    severity: 'warning',
    failAbove: 0.2,
    unit: 'pairs',
    fix: 'Decide which weight holds, or average them: the same words cannot be both a good and a bad answer.',
    start() {
      const pairs = new KeyTable();
      const weights = new NumberColumn('float64');
      const firstLine = new NumberColumn('int32');
      const contradicted = new NumberColumn('int32');
      let count = 0;
      return {
        row(row, found) {
          const { weight } = row;
          if (row.role !== 'interactions' || row.rejected !== undefined || weight === undefined) return;
          // What people did differs from row to row by nature: it is added up, and none of it is a verdict.
          const kind = row.source.weights?.kind;
          if (kind === 'counts' || kind === 'rates') return;
          const title = titleOf(row).trim();
          const before = pairs.size;
          const at = pairs.add(
            hashPair(queryHash(row), hash53(title === '' ? `id ${row.documentId}` : title)),
          );
          if (at === before) {
            weights.set(at, weight);
            firstLine.set(at, row.line);
          } else if (weights.get(at) !== weight && contradicted.get(at) === 0) {
            contradicted.set(at, 1);
            count += 1;
            found.found(row, `${weight}, but ${weights.get(at)} at line ${firstLine.get(at)}: ${row.raw}`);
          }
        },
        end(found) {
          found.totals(count, pairs.size);
        },
      };
    },
  },
];
