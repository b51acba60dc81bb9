import { join } from 'node:path';
import { checkFilledText } from '@attune/errors';
import { checkDataset } from './check-source.js';
import { writeLines } from './files/write-lines.js';
import type { DatasetManifest } from './source-plan.js';
import { ignoreLines, qrelsLines } from './trec.js';
import type { Dataset } from './types.js';

export interface WriteOptions {
  /** Default `products`. BEIR holds whole grades and no filters: use it for other programs, not to read back. */
  layout?: 'products' | 'beir' | undefined;
  /** Overwrite files that are there. */
  force?: boolean | undefined;
}

/**
 * Writes a dataset as a folder that `readDataset` reads back: corpus.jsonl, queries.jsonl, train.jsonl, NAME.qrels, NAME.ignore
 * and dataset.json, which keeps the order of fields and the filters of slices.
 *
 * @throws {AttuneError} FILE_EXISTS unless `force`; INVALID_ARGUMENT for an empty id
 */
export async function writeDataset(
  folder: string,
  dataset: Dataset,
  options: WriteOptions = {},
): Promise<void> {
  checkFilledText('folder', folder, 'the path of a folder');
  checkDataset(dataset);
  const { force } = options;
  if (options.layout === 'beir') return writeBeir(folder, dataset, force);
  const { documents, queries, interactions, slices } = dataset;
  const write = (name: string, rows: Iterable<string>) => writeLines(join(folder, name), rows, { force });
  await write(
    'corpus.jsonl',
    lines(documents, ({ id, fields, attributes }) => ({ product_id: id, ...fields, ...attributes })),
  );
  await write(
    'queries.jsonl',
    lines(queries, ({ id, text, part, filter }) => ({
      query_id: id,
      query: text,
      part,
      ...(filter ? { filter } : {}),
    })),
  );
  const trained = lines(interactions, ({ queryId, query, documentId, weight }) => ({
    query_id: queryId,
    query,
    product_id: documentId,
    score: weight,
  }));
  if (interactions.length > 0) await write('train.jsonl', trained);
  const manifest: DatasetManifest = {
    schema: 'attune.dataset/1',
    fields: fieldNames(dataset),
    weights: dataset.weights?.kind,
    slices: {},
  };
  for (const { name, judgments, ignore, filter, weights } of slices) {
    await write(`${name}.qrels`, qrelsLines(judgments));
    if (filter !== undefined || weights !== undefined)
      manifest.slices = { ...manifest.slices, [name]: { ...(filter && { filter }), weights } };
    if (ignore !== undefined) await write(`${name}.ignore`, ignoreLines(ignore));
  }
  await write('dataset.json', [JSON.stringify(manifest, undefined, 2)]);
}

async function writeBeir(folder: string, dataset: Dataset, force: boolean | undefined): Promise<void> {
  const { documents, queries, interactions, slices } = dataset;
  const write = (name: string, rows: Iterable<string>) => writeLines(join(folder, name), rows, { force });
  await write(
    'corpus.jsonl',
    lines(documents, ({ id, fields }) => {
      const { title = '', ...others } = fields;
      return { _id: id, title, text: Object.values(others).join(' ') };
    }),
  );
  await write(
    'queries.jsonl',
    lines(queries, ({ id, text }) => ({ _id: id, text })),
  );
  const header = 'query-id\tcorpus-id\tscore';
  const row = (queryId: string, id: string, score: number) =>
    `${tableValue(queryId)}\t${tableValue(id)}\t${score}`;
  const table = interactions.map(({ queryId, documentId, weight }) => row(queryId, documentId, weight));
  if (table.length > 0) await write(join('qrels', 'train.tsv'), [header, ...table]);
  for (const { name, judgments } of slices) {
    const rows = [...judgments].flatMap(([query, grades]) =>
      [...grades].map(([id, grade]) => row(query, id, grade)),
    );
    await write(join('qrels', `${name}.tsv`), [header, ...rows]);
  }
}

/** In quotes where it would otherwise be read as more than one value. */
function tableValue(id: string): string {
  return /[\t\n\r"]/.test(id) ? `"${id.replaceAll('"', '""')}"` : id;
}

/** Every field's name, in the order in which documents have them. */
function fieldNames({ documents }: Dataset): string[] {
  const names = new Set<string>();
  for (const { fields } of documents) for (const name of Object.keys(fields)) names.add(name);
  return [...names];
}

function* lines<T>(rows: Iterable<T>, objectOf: (row: T) => Record<string, unknown>): Generator<string> {
  for (const row of rows) yield JSON.stringify(objectOf(row));
}
