import { checkFilledText, checkList, checkOneOf, checkOptions, wrongArgument } from '@attune/errors';
import { weightKinds } from '@attune/schema';
import { type ColumnNames, columnRoles } from './columns.js';
import type { Dataset } from './types.js';

const place = 'the path of a log or of a dataset folder';

/**
 * What programs without types say of their data: a column that is named wrongly would else be guessed, and nobody told.
 *
 * @param from  a path, several, or a dataset in memory
 * @throws {AttuneError} INVALID_ARGUMENT
 */
export function checkSource(from: unknown, options: unknown): void {
  if (Array.isArray(from)) {
    if (from.length === 0) throw wrongArgument('data', place, from);
    for (const [i, path] of from.entries()) checkFilledText(`data[${i}]`, path, place);
  } else if (typeof from === 'object' && from !== null) checkDataset(from as Dataset);
  else checkFilledText('data', from, place);
  checkReading(options);
}

/** @throws {AttuneError} INVALID_ARGUMENT unless it has the lists of a dataset */
export function checkDataset(dataset: Dataset): void {
  if (typeof dataset !== 'object' || dataset === null) throw wrongArgument('dataset', 'a dataset', dataset);
  for (const list of ['documents', 'queries', 'interactions', 'slices'] as const)
    checkList(`${list} of the dataset`, dataset[list]);
}

/** @throws {AttuneError} INVALID_ARGUMENT */
export function checkReading(options: unknown): void {
  checkOptions("{ columns: { query: 'search_term' } }", options);
  const { columns, documents, weights, weightLabels, quarantine } = options as Record<string, unknown>;
  if (columns !== undefined) checkColumns(columns);
  if (documents !== undefined) checkFilledText('documents', documents, 'the path of a file');
  if (quarantine !== undefined) checkFilledText('quarantine', quarantine, 'the path of a file');
  if (weights !== undefined) checkOneOf('weights', weights, weightKinds);
  if (weightLabels === undefined) return;
  if (typeof weightLabels !== 'object' || weightLabels === null)
    throw wrongArgument('weightLabels', 'weights by their labels, such as { E: 1, S: 0.1 }', weightLabels);
  for (const [label, weight] of Object.entries(weightLabels)) {
    if (typeof weight !== 'number' || !(weight >= 0))
      throw wrongArgument(`weightLabels.${label}`, 'a number from 0 on', weight);
  }
}

function checkColumns(columns: unknown): void {
  if (typeof columns !== 'object' || columns === null)
    throw wrongArgument('columns', "names by what they hold, such as { query: 'search_term' }", columns);
  for (const [role, name] of Object.entries(columns as ColumnNames)) {
    checkOneOf('a member of columns', role, [...columnRoles, 'fields']);
    if (name === undefined) continue;
    if (role !== 'fields') checkFilledText(`columns.${role}`, name, 'the name of a column');
    else {
      checkList('columns.fields', name);
      for (const [i, field] of (name as readonly unknown[]).entries())
        checkFilledText(`columns.fields[${i}]`, field, 'the name of a column');
    }
  }
}
