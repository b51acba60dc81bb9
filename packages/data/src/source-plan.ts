import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { AttuneError } from '@attune/errors';
import { kindOfPlace, placeInWords } from '@attune/files';
import type { ScalarValue, WeightKind } from '@attune/schema';
import {
  type ColumnMapping,
  type ColumnNames,
  checkDeclared,
  listedColumns,
  mapColumns,
  requireColumn,
} from './columns.js';
import { type FileRole, headerlessFile, roleOf, sliceOf } from './file-roles.js';
import { type FileFormat, type FormatOptions, formatNotes, sniffFormat } from './files/format.js';
import type { RawRecord } from './files/raw-record.js';
import { columnsOf, firstLineOf } from './files/records.js';
import { type ProductLocales, planProductLocales } from './product-locales.js';
import { type TextLists, textListsOf } from './text-lists.js';
import type { FileWeights } from './weights/file-weights.js';

export interface SourceFile {
  path: string;
  /** Relative to the folder that is read, for messages. */
  name: string;
  format: FileFormat;
  role: FileRole;
  columns: string[];
  mapping: ColumnMapping;
  /** Of judgments and ignore. */
  slice?: string | undefined;
  /** Of interactions whose documents are texts in the rows themselves. */
  lists?: TextLists | undefined;
  /** Of interactions and judgments, once `planWeights` has looked at them. */
  weights?: FileWeights | undefined;
  /** Where ids stand for products of several locales. */
  locales?: ProductLocales | undefined;
  /** Its rows, where they are in memory; else they are read from `path`. */
  records?: (() => Iterable<RawRecord[]>) | undefined;
}

/**
 * `products`: corpus, queries, train and NAME.qrels in one folder. `beir`: corpus, queries and qrels/NAME.tsv. `log`: one file
 * or several of (query, document, weight), to be split by itself. `events`: the same of UBI events.
 */
export type Layout = 'products' | 'beir' | 'log' | 'events';

/** `dataset.json`: what writeDataset adds so that reading gives back what was written. */
export interface DatasetManifest {
  schema: 'attune.dataset/1';
  fields?: string[];
  /** Of the interactions. */
  weights?: WeightKind | undefined;
  slices?: Record<string, { filter?: Record<string, ScalarValue>; weights?: WeightKind | undefined }>;
}

export interface SourcePlan {
  path: string;
  layout: Layout;
  /** In the order in which they are read: documents, queries, interactions, events, judgments, ignore. */
  files: SourceFile[];
  skipped: { file: string; reason: string }[];
  manifest?: DatasetManifest | undefined;
}

export interface SourceOptions {
  columns?: ColumnNames | undefined;
  /** A file of documents that lies elsewhere. */
  documents?: string | undefined;
  /** The encoding of every text file, such as `GB18030`. Not given: UTF-8, or what the bytes of each tell. */
  encoding?: string | undefined;
}

const roleOrder: readonly FileRole[] = [
  'documents',
  'queries',
  'interactions',
  'events',
  'judgments',
  'ignore',
];
const emptyReason = 'it is empty.';
const rowlessReason = 'it has a header and no rows.';
const packedEnding = /\.(gz|tgz|tar|tar\.gz)$/i;
const dataEnding = /\.(jsonl|ndjson|json|parquet|csv|tsv|qrels|ignore|txt)$/i;

/**
 * Looks at a folder or file, or at several, and says which file holds what and which column is what. A file that is named is a log unless
 * its name says that it holds something else; `dataset.json` counts where one folder is all there is.
 *
 * @throws {AttuneError} FILE_NOT_FOUND, DATA_EMPTY, FORMAT_UNSUPPORTED, DATA_COLUMN_MISSING
 */
export async function planSource(
  from: string | readonly string[],
  options: SourceOptions = {},
): Promise<SourcePlan> {
  const declared = options.columns ?? {};
  const sources = [from].flat();
  const path = sources.join(', ');
  const candidates = (await Promise.all(sources.map(filesAt))).flat();
  const manifest =
    sources.length === 1 && candidates[0]?.isNamed === false ? await manifestOf(path) : undefined;
  const fields = declared.fields ?? manifest?.fields;
  const names: ColumnNames = fields === undefined ? declared : { ...declared, fields };
  const plan: SourcePlan = { path, layout: 'log', files: [], skipped: [], manifest };

  for (const { file, name, isNamed } of candidates) {
    try {
      const otherwise = isNamed ? 'interactions' : undefined;
      const source = await sourceFile(file, name, names, options, otherwise);
      if ('reason' in source) plan.skipped.push({ file: name, reason: source.reason });
      else plan.files.push(source);
    } catch (error) {
      // In a folder there may be other things as well; a file that was named must be readable.
      if (isNamed || !(error instanceof AttuneError) || error.code !== 'FORMAT_UNSUPPORTED') throw error;
      plan.skipped.push({ file: name, reason: error.message });
    }
  }
  if (options.documents !== undefined) {
    plan.files = plan.files.filter(({ role }) => role !== 'documents');
    const source = await sourceFile(
      options.documents,
      basename(options.documents),
      names,
      options,
      undefined,
      'documents',
    );
    if (!('reason' in source)) plan.files.push(source);
  }
  plan.files.sort(
    (a, b) => roleOrder.indexOf(a.role) - roleOrder.indexOf(b.role) || (a.name < b.name ? -1 : 1),
  );
  plan.layout = layoutOf(plan);
  if (plan.files.length === 0)
    throw noDataset(
      plan,
      candidates.some(({ isNamed }) => isNamed),
    );
  checkDeclared(plan.files, names);
  checkColumns(plan, names);
  await planProductLocales(plan.files);
  return plan;
}

function noDataset({ path, skipped }: SourcePlan, isFile: boolean): AttuneError {
  const expected = `Expected a dataset at ${path}: a log of (query, document) rows as JSONL, CSV or Parquet, or UBI events`;
  if (isFile && (skipped[0]?.reason === emptyReason || skipped[0]?.reason === rowlessReason))
    return new AttuneError(
      'DATA_EMPTY',
      `${expected}, but ${skipped[0].reason} Export it again, for a time in which people searched.`,
    );
  const reasons = skipped.map(({ file, reason }) => `${file}: ${reason}`);
  const found =
    reasons.length === 0 && !isFile
      ? 'the folder has no .csv, .tsv, .jsonl, .json or .parquet file. Name the folder or the file that has them.'
      : `found none. ${reasons.join(' ')}`;
  return new AttuneError(
    'DATA_EMPTY',
    `${expected}, or a folder of corpus.jsonl, queries.jsonl and judgments, but ${found}`.trim(),
  );
}

/** One file, taken for documents whatever its name is. */
export async function planDocuments(
  path: string,
  { columns = {}, encoding }: Pick<SourceOptions, 'columns' | 'encoding'> = {},
): Promise<SourceFile> {
  const source = await sourceFile(path, basename(path), columns, { encoding }, undefined, 'documents');
  if ('reason' in source)
    throw new AttuneError('DATA_EMPTY', `Expected documents in ${path}, but ${source.reason}`);
  checkDeclared([source], columns);
  requireColumn(path, source.columns, source.mapping, ['document'], columns);
  requireColumn(path, source.columns, source.mapping, ['fields'], columns);
  await planProductLocales([source]);
  return source;
}

/** Whether a file is a log of events, which tell of their documents themselves. */
export async function holdsEvents(path: string, { encoding }: FormatOptions): Promise<boolean> {
  const source = await sourceFile(path, basename(path), {}, { encoding });
  return 'role' in source && source.role === 'events';
}

/** Sentences about what was told from the bytes of files, such as their encoding. */
export function notesOfFormats(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => notesOfFile(file).map((note) => `${file.name}: ${note}`));
}

export function notesOfFile({ format, locales }: SourceFile): string[] {
  return [...formatNotes(format), ...(locales?.note === undefined ? [] : [locales.note])];
}

/** Tells a folder, a file or several from a dataset in memory. */
export function isPlace(from: string | readonly string[] | object): from is string | readonly string[] {
  return typeof from === 'string' || Array.isArray(from);
}

interface SourceCandidate {
  file: string;
  /** Relative to the folder that is read, for messages. */
  name: string;
  /** By itself, and not as one of a folder. */
  isNamed: boolean;
}

async function filesAt(source: string): Promise<SourceCandidate[]> {
  if (!(await folderAt(source))) return [{ file: source, name: basename(source), isNamed: true }];
  refuseOwnFolder(source);
  const files = await dataFilesIn(source);
  return files.map((file) => ({ file, name: relative(source, file), isNamed: false }));
}

/** Folders of ours hold files that look like data, and are none. */
function refuseOwnFolder(path: string): void {
  const kind = kindOfPlace(path);
  if (kind === 'folder') return;
  throw new AttuneError(
    'DATA_INVALID',
    `Expected a log or a dataset folder at ${path}, but it is ${placeInWords(path)}. Name the log or the catalogue that it was made from.`,
  );
}

async function folderAt(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw new AttuneError('FILE_NOT_FOUND', `Expected a data file or folder at ${path}, but there is none.`, {
      cause: error,
    });
  }
}

async function manifestOf(folder: string): Promise<DatasetManifest | undefined> {
  const path = join(folder, 'dataset.json');
  if (!existsSync(path)) return undefined;
  try {
    const manifest = JSON.parse(await readFile(path, 'utf8')) as DatasetManifest;
    return manifest?.schema === 'attune.dataset/1' ? manifest : undefined;
  } catch (error) {
    throw new AttuneError('FILE_CORRUPT', `Expected JSON in ${path}: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

/** Data files of a folder and of the folders in it, by name. */
async function dataFilesIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  for (const name of entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name)) {
    if (isDataFile(name)) found.push(join(folder, name));
  }
  for (const { name } of folders) {
    for (const inner of await readdir(join(folder, name), { withFileTypes: true })) {
      if (!inner.isDirectory() && isDataFile(inner.name)) found.push(join(folder, name, inner.name));
    }
  }
  return found.sort();
}

function isDataFile(name: string): boolean {
  if (name === 'dataset.json') return false;
  return !name.startsWith('.') && (dataEnding.test(name) || packedEnding.test(name));
}

/**
 * A file with its role: the one that is given, or by its name, or by its columns, or `otherwise`. Without any, why it is passed over:
 * in a folder there may be a quarantine file or a table of something else, but a file that was named is meant.
 */
async function sourceFile(
  path: string,
  name: string,
  declared: ColumnNames,
  { encoding }: FormatOptions,
  otherwise?: FileRole,
  role?: FileRole,
): Promise<SourceFile | { reason: string }> {
  const format = await sniffFormat(path, { encoding });
  const stem = basename(path).replace(packedEnding, '').replace(dataEnding, '');
  if (format.format === 'words') {
    const isIgnore = /\.ignore(\.gz)?$/i.test(path);
    const columns: ColumnMapping['columns'] = isIgnore
      ? { queryId: '0', document: '1' }
      : { queryId: '0', document: '2', weight: '3' };
    const mapping: ColumnMapping = { columns, fields: [], guessed: new Set() };
    const slice = /^qrels/i.test(stem) || /^qrels[\\/]/i.test(name) ? sliceOf(stem) : stem;
    const ofJudgments = slice === 'train' ? 'interactions' : 'judgments';
    return { path, name, format, role: isIgnore ? 'ignore' : ofJudgments, columns: [], mapping, slice };
  }
  const table =
    format.format === 'tsv' ? headerlessFile(stem, await firstLineOf(path, format), declared) : undefined;
  if (table !== undefined) {
    if ('reason' in table) return table;
    format.columns = table.columns;
  }
  const columns = table === undefined ? await columnsOf(path, format) : [...table.columns];
  const taken = role ?? table?.role ?? roleOf({ name, stem, columns }, declared) ?? otherwise;
  if (taken === undefined || (taken === otherwise && columns.length === 0)) {
    if (columns.length === 0) return { reason: (await stat(path)).size === 0 ? emptyReason : rowlessReason };
    return {
      reason:
        `its columns (${listedColumns(columns)}) name no query and document. ` +
        'If they do, name them with `columns.query` and `columns.document`, or call them query and product_id in the file.',
    };
  }
  const isQueries = taken === 'queries';
  const lists =
    taken === 'interactions' && declared.document === undefined ? textListsOf(columns) : undefined;
  const mapping = mapColumns(columns, isQueries ? { ...declared, document: undefined } : declared, {
    ...(isQueries ? { query: ['query', 'text'], queryId: ['query_id', 'id', '_id'] } : {}),
  });
  if (lists !== undefined) {
    const { query, queryId, part } = mapping.columns;
    mapping.columns = { ...(query && { query }), ...(queryId && { queryId }), ...(part && { part }) };
    mapping.fields = [...lists.positives, ...lists.negatives];
  }
  // In a qrels table the document's column may be called as its id, `corpus-id`, beside `query-id`.
  if (taken === 'judgments') delete mapping.columns.query;
  const slice = taken === 'judgments' ? sliceOf(stem) : undefined;
  return { path, name, format, role: taken, columns, mapping, slice, ...(lists && { lists }) };
}

function layoutOf({ files }: SourcePlan): Layout {
  const has = (role: FileRole) => files.some((file) => file.role === role);
  if (files.some(({ name, role }) => role !== 'documents' && /(^|[\\/])qrels[\\/]/.test(name))) return 'beir';
  if (has('judgments') || (has('queries') && has('documents'))) return 'products';
  return has('events') ? 'events' : 'log';
}

function checkColumns({ files }: SourcePlan, declared: ColumnNames): void {
  const haveQueries = files.some(({ role }) => role === 'queries');
  for (const { path, columns, mapping, role, format, lists } of files) {
    if (format.format === 'words' || role === 'events' || lists !== undefined) continue;
    // A file without rows has no columns to miss; validation reports it as empty.
    if (format.format !== 'csv' && format.format !== 'tsv' && columns.length === 0) continue;
    const require = (...roles: Parameters<typeof requireColumn>[3]) =>
      requireColumn(path, columns, mapping, roles, declared);
    if (role === 'queries') {
      require('query');
      require('queryId');
      continue;
    }
    if (role === 'interactions') require('query', ...(haveQueries ? (['queryId'] as const) : []));
    if (role === 'judgments') require('queryId');
    require('document');
    if (role === 'documents') require('fields');
  }
}
