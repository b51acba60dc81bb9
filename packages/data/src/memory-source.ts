import type { ColumnMapping } from './columns.js';
import type { FileRole } from './file-roles.js';
import type { RawRecord } from './files/raw-record.js';
import type { DatasetManifest, SourceFile, SourcePlan } from './source-plan.js';
import type { Dataset } from './types.js';

type Values = Record<string, unknown>;

/** Rows of one batch. */
const rowsTogether = 1024;

/**
 * A dataset in memory as a source, so that it is checked and read by the rules that its files would be, without being written. It has the
 * files that `writeDataset` makes; ids may be any text, and attributes are left out, which nothing is checked or learned by.
 */
export function planOfDataset(dataset: Dataset): SourcePlan {
  const { documents, queries, interactions, slices } = dataset;
  const fields = [...new Set(documents.flatMap((document) => Object.keys(document.fields)))];
  const id = unlike('product_id', fields);
  const file = (
    name: string,
    role: FileRole,
    mapping: Pick<ColumnMapping, 'columns'> & { fields?: string[] },
    rows: Iterable<Values>,
    slice?: string,
  ): SourceFile => ({
    path: `${dataset.path}/${name}`,
    name,
    format: { format: 'jsonl', packing: '', delimiter: ',' },
    role,
    columns: [...Object.values(mapping.columns), ...(mapping.fields ?? [])],
    mapping: { fields: [], guessed: new Set(), ...mapping },
    slice,
    records: () => recordsOf(rows),
  });
  const pair = { queryId: 'query_id', document: 'product_id', weight: 'score' };
  const files = [
    file(
      'corpus.jsonl',
      'documents',
      { columns: { document: id }, fields },
      iterable(documents, (document) => ({ [id]: document.id, ...document.fields })),
    ),
    file(
      'queries.jsonl',
      'queries',
      { columns: { queryId: 'query_id', query: 'query', part: 'part' } },
      iterable(queries, (query) => ({ query_id: query.id, query: query.text, part: query.part })),
    ),
    file(
      'train.jsonl',
      'interactions',
      { columns: { ...pair, query: 'query' } },
      iterable(interactions, ({ queryId, query, documentId, weight }) => ({
        query_id: queryId,
        query,
        product_id: documentId,
        score: weight,
      })),
    ),
    ...slices.map(({ name, judgments }) =>
      file(`${name}.qrels`, 'judgments', { columns: pair }, judgmentRows(judgments), name),
    ),
  ];
  const manifest: DatasetManifest = {
    schema: 'attune.dataset/1',
    weights: dataset.weights?.kind,
    slices: Object.fromEntries(slices.map(({ name, weights }) => [name, { weights }])),
  };
  return { path: dataset.path, layout: 'products', files, skipped: [], manifest };
}

function iterable<T>(rows: readonly T[], valuesOf: (row: T) => Values): Iterable<Values> {
  return {
    *[Symbol.iterator]() {
      for (const row of rows) yield valuesOf(row);
    },
  };
}

function judgmentRows(judgments: Dataset['slices'][number]['judgments']): Iterable<Values> {
  return {
    *[Symbol.iterator]() {
      for (const [query, grades] of judgments) {
        for (const [document, grade] of grades) yield { query_id: query, product_id: document, score: grade };
      }
    },
  };
}

function* recordsOf(rows: Iterable<Values>): Generator<RawRecord[]> {
  let batch: RawRecord[] = [];
  let line = 0;
  for (const values of rows) {
    batch.push(new MemoryRecord(++line, values));
    if (batch.length < rowsTogether) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** A row that no file holds: its text is made when it is asked for, as that of few rows is. */
class MemoryRecord implements RawRecord {
  readonly byteOffset = 0;
  readonly problems: RawRecord['problems'] = [];
  readonly surplus = 0;
  readonly line: number;
  readonly values: Values;

  constructor(line: number, values: Values) {
    this.line = line;
    this.values = values;
  }

  get raw(): string {
    return JSON.stringify(this.values);
  }
}

/** A name that is none of the others. */
function unlike(name: string, others: readonly string[]): string {
  return others.includes(name) ? unlike(`_${name}`, others) : name;
}
