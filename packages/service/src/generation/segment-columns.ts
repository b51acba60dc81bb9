import { documentText } from '@attune/encode';
import type { LexicalSettings } from '@attune/loop';
import {
  type AttributeColumns,
  AttributeTable,
  type AttributeValue,
  type LexicalColumns,
  LexicalIndex,
  type LexicalStatistics,
  type TermCounts,
} from '@attune/search';
import type { StoredDocument } from '@attune/store';
import { TextColumn, type TextColumnData } from './text-column.js';

/** A document as a segment is made of it. */
export interface SegmentRow {
  id: string;
  sequence: number;
  /** The document as JSON. */
  line: string;
  attributes: Record<string, AttributeValue>;
  /** What is searched by words. */
  words: string;
  /** float32, [dim] */
  vector: Float32Array;
}

export function segmentRow(
  { id, fields, attributes, sequence }: StoredDocument,
  lexical: LexicalSettings,
  vector: Float32Array,
): SegmentRow {
  const line = JSON.stringify({ id, fields, attributes });
  return { id, sequence, line, attributes, words: documentText(fields, lexical.fields), vector };
}

/** A segment as plain data: the indexing thread makes it, the searching thread puts it together. */
export interface SegmentColumns {
  ids: TextColumnData;
  /** Each document as JSON. */
  documents: TextColumnData;
  attributes: AttributeColumns;
  words: LexicalColumns;
  /** float32, [rows, dim], in parts */
  vectors: Float32Array[];
}

export interface ColumnSettings {
  dim: number;
  lexical: LexicalSettings;
  /** Of the segment that this one is searched beside. */
  statistics?: LexicalStatistics | undefined;
  /** @throws {AttuneError} CANCELLED once nobody wants the segment */
  checkWanted(): void;
}

/** Rows of one part of the vectors. */
const rowsTogether = 1024;

/** @param rows  in the order of their numbers */
export function segmentColumns(
  rows: readonly SegmentRow[],
  { dim, lexical: { analyser, k1, b }, statistics, checkWanted }: ColumnSettings,
): { columns: SegmentColumns; termCounts: TermCounts } {
  const vectors: Float32Array[] = [];
  for (let begin = 0; begin < rows.length; begin += rowsTogether) {
    const part = rows.slice(begin, begin + rowsTogether);
    const packed = new Float32Array(part.length * dim);
    for (const [i, { vector }] of part.entries()) packed.set(vector, i * dim);
    vectors.push(packed);
  }
  checkWanted();
  const words = LexicalIndex.build({ texts: textsOf(rows, checkWanted), analyser, k1, b, statistics });
  checkWanted();
  const columns: SegmentColumns = {
    ids: TextColumn.of(rows.map(({ id }) => id)).data,
    documents: TextColumn.of(rows.map(({ line }) => line)).data,
    attributes: new AttributeTable(rows.map(({ attributes }) => attributes)).columns,
    words: words.columns,
    vectors,
  };
  return { columns, termCounts: words.termCounts };
}

function* textsOf(rows: readonly SegmentRow[], checkWanted: () => void): Generator<string> {
  for (const [row, { words }] of rows.entries()) {
    if (row % rowsTogether === 0) checkWanted();
    yield words;
  }
}

/** All numbers of a segment, to be handed over. */
export function buffersOf({ ids, documents, attributes, words, vectors }: SegmentColumns): ArrayBuffer[] {
  const { offsets, rows, counts, lengths } = words.postings;
  const arrays = [ids, documents].flatMap(({ bytes, ends }) => [bytes, ends]);
  const numbers = [offsets, rows, counts, lengths, words.impacts, ...vectors];
  const codes = attributes.columns.map((column) => column.codes);
  return [...arrays, ...numbers, ...codes].map(({ buffer }) => buffer as ArrayBuffer);
}
