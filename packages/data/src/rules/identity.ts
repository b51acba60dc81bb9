import { counted } from '@attune/errors';
import { hash53, hashPair } from '../hash.js';
import { KeyTable, NumberColumn } from '../key-table.js';
import type { DataRow } from '../rows.js';
import { stripZeros } from '../values.js';
import { titleOf, wholeText } from './fold.js';
import type { RuleContext, ValidationRule } from './rule.js';

const namesDocument = (row: DataRow): boolean =>
  row.role === 'interactions' || row.role === 'judgments' || row.role === 'events' || row.role === 'ignore';

export const identityRules: readonly ValidationRule[] = [
  {
    code: 'DUPLICATE_ID',
    title: 'ids that stand for different texts',
    severity: 'warning',
    failAbove: 0.05,
    unit: 'rows',
    quarantine: true,
    fix: 'One id, one document (or query): find out which row is right. Of a catalogue the first row is used.',
    start() {
      const seen = new KeyTable();
      const content = new NumberColumn('float64');
      const firstLine = new NumberColumn('int32');
      return {
        row(row, found) {
          const id = row.role === 'queries' ? row.queryId : row.documentId;
          if (id === undefined || row.rejected !== undefined) return;
          let text: string;
          if (row.role === 'queries') text = row.query ?? '';
          else if (row.role === 'documents') text = wholeText(row);
          // A log repeats its documents; what must not change there is their title.
          else if (row.role === 'interactions' && row.texts.length > 0) text = titleOf(row).trim();
          else return;
          found.looked();
          const size = seen.size;
          const at = seen.add(hash53(`${row.role} ${id}`));
          const hash = hash53(text);
          if (at === size) {
            content.set(at, hash);
            firstLine.set(at, row.line);
          } else if (content.get(at) !== hash) {
            found.found(row, `${id}, which has another text at line ${firstLine.get(at)}: ${text}`);
          }
        },
      };
    },
  },
  {
    code: 'DUPLICATE_ROW',
    title: 'documents or queries that stand twice',
    severity: 'info',
    unit: 'rows',
    fix: 'Remove the copies; the first row is used.',
    start() {
      const seen = new KeyTable();
      return {
        row(row, found) {
          if ((row.role !== 'documents' && row.role !== 'queries') || row.rejected !== undefined) return;
          found.looked();
          const size = seen.size;
          const [id, text] =
            row.role === 'queries' ? [row.queryId, row.query] : [row.documentId, wholeText(row)];
          if (seen.add(hashPair(hash53(`${row.role} ${id}`), hash53(text ?? ''))) < size) found.found(row);
        },
      };
    },
  },
  {
    code: 'DUPLICATE_TITLE',
    title: 'other documents with the very same title',
    severity: 'warning',
    failAbove: 0.5,
    unit: 'documents',
    fix: 'Merge them if they are one document; otherwise say in the title what tells them apart. A model cannot know which one a click meant.',
    start() {
      const ids = new KeyTable();
      const titles = new KeyTable();
      const firstLine = new NumberColumn('int32');
      return {
        row(row, found) {
          if (row.role !== 'documents' || row.rejected !== undefined) return;
          const title = titleOf(row).trim();
          const idsBefore = ids.size;
          // The same id again is another rule's business.
          if (ids.add(hash53(row.documentId ?? '')) < idsBefore) return;
          found.looked();
          if (title === '') return;
          const before = titles.size;
          const at = titles.add(hash53(title));
          if (at === before) firstLine.set(at, row.line);
          else found.found(row, `${row.documentId}, as at line ${firstLine.get(at)}: ${title}`);
        },
      };
    },
  },
  {
    code: 'UNKNOWN_DOCUMENT',
    title: 'rows about documents that the catalogue does not have',
    severity: 'warning',
    failAbove: 0.2,
    unit: 'rows',
    fix: 'Export the catalogue of the same day as the log. Interactions with unknown documents are left out, judgments of them count as not found.',
    start(context) {
      if (!context.hasCatalogue) return undefined;
      return {
        row(row, found) {
          if (!namesDocument(row) || row.documentId === undefined) return;
          found.looked();
          if (!context.documents.has(hash53(row.documentId)))
            found.found(row, `${row.documentId}: ${row.raw}`);
        },
      };
    },
  },
  {
    code: 'OTHER_LOCALE',
    title: 'products of other locales than that of the examples',
    severity: 'info',
    unit: 'documents',
    fix: 'Nothing, if only that locale is to be searched; else add examples of the others.',
    start({ plan }) {
      if (plan.files.every(({ locales }) => locales?.only === undefined)) return undefined;
      return {
        row(row, found) {
          if (row.role !== 'documents') return;
          found.looked();
          if (row.rejected === 'OTHER_LOCALE') found.found(row);
        },
      };
    },
  },
  {
    code: 'UNKNOWN_QUERY',
    title: 'rows about queries that the file of queries does not have',
    severity: 'warning',
    failAbove: 0.05,
    unit: 'rows',
    fix: 'Add the queries, or remove their rows: without its text a query can neither be learned nor judged.',
    start(context) {
      if (!context.has('queries')) return undefined;
      return {
        row(row, found) {
          if (row.queryId === undefined || row.role === 'queries' || row.role === 'events') return;
          if (row.role === 'interactions' && row.query !== undefined) return;
          found.looked();
          if (!context.queries.has(hash53(row.queryId))) found.found(row, `${row.queryId}: ${row.raw}`);
        },
      };
    },
  },
  {
    code: 'ID_LOST_ZEROS',
    title: 'ids that lost their leading zeros',
    severity: 'error',
    unit: 'different ids',
    fix: 'Read and write ids as text, never as numbers (a spreadsheet or pandas strips the zeros), and export the log again.',
    start: lostZeros,
  },
  {
    code: 'ID_LENGTHS_DIFFER',
    title: 'ids of digits, some of them shorter, as if leading zeros were lost',
    severity: 'warning',
    unit: 'rows',
    fix: 'UPC, EAN and ISBN numbers have a fixed length: read and write them as text. Give the catalogue (`documents`, or in one folder with the log) to see which ids are meant.',
    start: differingLengths,
  },
  {
    code: 'NUMBER_AS_FLOAT',
    title: 'ids or ranks written as floating-point numbers',
    severity: 'info',
    unit: 'rows',
    fix: 'They went through a program that takes every column for numbers; look whether ids lost zeros or digits on the way.',
    start: () => ({
      row(row, found) {
        const { columns } = row.source.mapping;
        const rank = columns.rank === undefined ? undefined : row.values[columns.rank];
        if (row.documentId === undefined && rank === undefined) return;
        found.looked();
        const id = row.documentId;
        if (id !== undefined && /^\d+(\.0+|(\.\d+)?[eE]\+?\d+)$/.test(id))
          found.found(row, `id ${id}: ${row.raw}`);
        else if (typeof rank === 'string' && /^\d+\.0+$/.test(rank))
          found.found(row, `rank ${rank}: ${row.raw}`);
      },
    }),
  },
];

/** Joins the ids of the log with the catalogue twice, as they are and without leading zeros, and tells the difference. */
function lostZeros(context: RuleContext): ReturnType<ValidationRule['start']> {
  if (!context.hasCatalogue) return undefined;
  const stripped = new KeyTable();
  const seen = new KeyTable();
  let raw = 0;
  let withoutZeros = 0;
  return {
    row(row, found) {
      const { documentId } = row;
      if (documentId === undefined) return;
      if (row.role === 'documents') {
        stripped.add(hash53(stripZeros(documentId)));
        return;
      }
      if (!namesDocument(row)) return;
      const before = seen.size;
      if (seen.add(hash53(documentId)) < before) return;
      found.looked();
      const known = context.documents.has(hash53(documentId));
      if (known) raw += 1;
      // Zeros mean nothing in an id with letters such as "0a1", so only ids of digits are compared.
      const found0 = known || (/^\d+$/.test(documentId) && stripped.has(hash53(stripZeros(documentId))));
      if (found0) withoutZeros += 1;
      if (found0 && !known) found.found(row, `${documentId}: ${row.raw}`);
    },
    end(found) {
      if (withoutZeros === raw) return;
      found.say(
        `Joined as they are, ${raw} of ${counted(seen.size, 'different id')} ${raw === 1 ? 'is' : 'are'} in the catalogue; without leading zeros ${withoutZeros} ${withoutZeros === 1 ? 'is' : 'are'}.`,
      );
    },
  };
}

/** Digits of an ISBN, UPC, EAN and GTIN. */
const codeLengths: ReadonlySet<number> = new Set([10, 12, 13, 14]);

/** Without a catalogue: a log whose ids are digits, the longest as long as a product code, others shorter. */
function differingLengths(context: RuleContext): ReturnType<ValidationRule['start']> {
  if (context.hasCatalogue) return undefined;
  const seen = new KeyTable();
  const byLength = new Map<
    number,
    { ids: number; rows: number; fileIndex: number; line: number; id: string }
  >();
  let others = 0;
  return {
    row(row, found) {
      const { documentId: id } = row;
      if (id === undefined || !namesDocument(row)) return;
      found.looked();
      const before = seen.size;
      const isNew = seen.add(hash53(id)) === before;
      if (!/^\d+$/.test(id)) {
        others += 1;
        return;
      }
      const entry = byLength.get(id.length);
      if (entry === undefined) {
        byLength.set(id.length, {
          ids: 1,
          rows: 1,
          fileIndex: context.plan.files.indexOf(row.source),
          line: row.line,
          id,
        });
      } else {
        entry.rows += 1;
        if (isNew) entry.ids += 1;
      }
    },
    end(found) {
      const length = Math.max(0, ...byLength.keys());
      const longest = byLength.get(length)?.ids ?? 0;
      const shorter = [...byLength].filter(([other]) => other < length);
      // Running numbers have all lengths; product codes have one, and few of them begin with a zero.
      if (others > 0 || !codeLengths.has(length) || longest * 10 < seen.size || shorter.length === 0) return;
      for (const [, { fileIndex, line, id }] of shorter) found.foundAt(fileIndex, line, id);
      let rows = 0;
      let total = 0;
      for (const [other, entry] of byLength) {
        total += entry.rows;
        if (other < length) rows += entry.rows;
      }
      found.totals(rows, total);
      const list = [...byLength]
        .sort(([a], [b]) => b - a)
        .map(([digits, { ids: count }]) => `${count} of ${digits}`);
      found.say(`Different ids by number of digits: ${list.join(', ')}.`);
    },
  };
}
