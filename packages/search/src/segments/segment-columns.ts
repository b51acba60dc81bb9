import { allRows, type LexicalColumns, LexicalIndex, type RowSet, removeRow } from '@attune/indexes';
import type { AttributeValue } from '@attune/schema';
import { type AttributeColumns, AttributeTable } from '../attributes/attribute-table.js';
import type { LexicalSettings } from '../lexical-settings.js';
import { TextColumn, type TextColumnData } from './text-column.js';

/** A document as a segment is made of it. */
export interface SegmentRow {
  id: string;
  attributes: Readonly<Record<string, AttributeValue>>;
  /** The document as JSON, an object; what a search gives of it. */
  line: string;
  /** What is searched by words. */
  words: string;
  /** float32, [dim]; a document without text has none */
  vector: Float32Array | undefined;
}

/** A segment as plain data: one thread may make it, and another put it together. */
export interface SegmentColumns {
  ids: TextColumnData;
  attributes: AttributeColumns;
  /** Each document as JSON. */
  documents: TextColumnData;
  words: LexicalColumns;
  /** float32, [rows, dim], in parts */
  vectors: Float32Array[];
  /** Rows that have a vector; undefined: all. */
  embedded: RowSet | undefined;
}

export interface ColumnSettings {
  dim: number;
  lexical: Pick<LexicalSettings, 'analyser' | 'cut' | 'k1' | 'b'>;
  /** @throws {AttuneError} CANCELLED once nobody wants the segment */
  checkWanted?(): void;
}

/** Rows of one part of the vectors. */
const rowsTogether = 1024;

/** @param rows  in the order of their numbers */
export function segmentColumns(
  rows: readonly SegmentRow[],
  { dim, lexical: { analyser, cut, k1, b }, checkWanted = () => undefined }: ColumnSettings,
): SegmentColumns {
  const vectors: Float32Array[] = [];
  let embedded: RowSet | undefined;
  for (let begin = 0; begin < rows.length; begin += rowsTogether) {
    const part = rows.slice(begin, begin + rowsTogether);
    const packed = new Float32Array(part.length * dim);
    for (const [i, { vector }] of part.entries()) {
      if (vector !== undefined) {
        packed.set(vector, i * dim);
      } else {
        embedded ??= allRows(rows.length);
        removeRow(embedded, begin + i);
      }
    }
    vectors.push(packed);
  }
  checkWanted();
  const words = LexicalIndex.build({ texts: textsOf(rows, checkWanted), analyser, cut, k1, b });
  checkWanted();
  return {
    ids: TextColumn.of(rows.map(({ id }) => id)).data,
    attributes: AttributeTable.of(rows.map(({ attributes }) => attributes)).columns,
    documents: TextColumn.of(rows.map(({ line }) => line)).data,
    words: words.columns,
    vectors,
    embedded,
  };
}

function* textsOf(rows: readonly SegmentRow[], checkWanted: () => void): Generator<string> {
  for (const [row, { words }] of rows.entries()) {
    if (row % rowsTogether === 0) checkWanted();
    yield words;
  }
}

/** All numbers of a segment, to be handed over. */
export function buffersOf({
  ids,
  attributes,
  documents,
  words,
  vectors,
  embedded,
}: SegmentColumns): ArrayBuffer[] {
  const { offsets, rows, counts, lengths } = words.postings;
  const { cells } = words;
  const texts = [ids, documents].flatMap(({ bytes, ends }) => [bytes, ends]);
  const numbers = [offsets, rows, counts, lengths, cells.ofPosting, cells.counts, cells.lengths, ...vectors];
  const codes = attributes.columns.map((column) => column.codes);
  return [...texts, ...numbers, ...codes, ...(embedded ? [embedded] : [])].map(
    ({ buffer }) => buffer as ArrayBuffer,
  );
}
