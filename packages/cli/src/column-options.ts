import type { ColumnNames } from '@attune/data';
import type { Command } from 'commander';

/** What the user declared of the columns and bytes; what is not declared is guessed, and the guess is shown. */
export interface ColumnOptions {
  queryColumn?: string;
  queryIdColumn?: string;
  documentColumn?: string;
  titleColumn?: string;
  weightColumn?: string;
  rankColumn?: string;
  partColumn?: string;
  textColumns?: string;
  encoding?: string;
}

export function addColumnOptions(command: Command): Command {
  return command
    .option(
      '--encoding <name>',
      'the encoding of text files, such as GB18030 (UTF-8, or what the bytes of each tell)',
    )
    .option('--query-column <name>', "the column of the query's text")
    .option('--query-id-column <name>', "the column of the query's id")
    .option('--document-column <name>', "the column of the document's id")
    .option('--title-column <name>', "the column of the document's title")
    .option('--text-columns <names>', 'the text fields of a document, in order, separated by commas')
    .option('--weight-column <name>', 'the column of the weight, grade or score')
    .option('--rank-column <name>', 'the column of the rank that a document was shown at')
    .option('--part-column <name>', 'the column that says train, dev or test');
}

export function columnNames(options: ColumnOptions): ColumnNames {
  const {
    queryColumn,
    queryIdColumn,
    documentColumn,
    titleColumn,
    weightColumn,
    rankColumn,
    partColumn,
    textColumns,
  } = options;
  return {
    ...(queryColumn && { query: queryColumn }),
    ...(queryIdColumn && { queryId: queryIdColumn }),
    ...(documentColumn && { document: documentColumn }),
    ...(titleColumn && { title: titleColumn }),
    ...(weightColumn && { weight: weightColumn }),
    ...(rankColumn && { rank: rankColumn }),
    ...(partColumn && { part: partColumn }),
    ...(textColumns && { fields: textColumns.split(',').map((name) => name.trim()) }),
  };
}
