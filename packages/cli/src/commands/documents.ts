import type { Client, DocumentWrite } from '@attune/client';
import { type DocumentRow, readDocuments } from '@attune/data';
import { AttuneError, counted } from '@attune/errors';
import type { Command } from 'commander';
import { addColumnOptions, type ColumnOptions, columnNames } from '../column-options.js';
import { addConnectionOptions, type ConnectionOptions, connect } from '../connection.js';
import type { Context } from '../context.js';
import { exitCodes } from '../exit-codes.js';
import { ImportState } from '../import-state.js';
import { share } from '../progress.js';

interface ImportOptions extends ColumnOptions, ConnectionOptions {
  collection: string;
  json?: boolean;
}

interface Refusal {
  id: string;
  file: string;
  line: number;
  code: string;
  detail: string;
}

const mostShown = 100;
const pollMs = 250;
/** A busy server is asked again for minutes, because whoever loads a catalogue would do no other thing. */
const retries = 20;

export function addDocuments(program: Command, context: Context): void {
  const documents = program
    .command('documents')
    .description('The documents of a collection of a running server.')
    .addHelpText('after', '\nExample:\n  attune documents import catalogue.csv --collection shop');
  const command = documents
    .command('import')
    .argument(
      '<catalogue>',
      'documents: a CSV, JSONL, JSON or Parquet file, packed or not, or a dataset folder',
    )
    .description('Write the documents of a file into a collection. Stopped, it continues where it was.')
    .requiredOption('--collection <name>', 'of the server');
  addColumnOptions(addConnectionOptions(command))
    .option('--json', 'print what was written as JSON (schema attune.import/1)')
    .addHelpText(
      'after',
      '\nA document whose id is there already is replaced. Ctrl-C stops; the same command then continues, and begins anew where the file\n' +
        'has changed before the place that it had come to. Exit code: 1 when the server refused a document.\n\nExamples:\n' +
        '  attune documents import catalogue.jsonl --collection shop\n' +
        '  attune documents import catalogue.csv --document-column number --title-column name --collection shop --json',
    )
    .action(async (file: string, options: ImportOptions) => {
      const client = connect(options, { retries });
      const { signal } = context;
      const { name, createdAt } = await client.collections.get(options.collection, { signal });
      const read = await readDocuments(file, {
        columns: columnNames(options),
        encoding: options.encoding,
        signal,
      });
      for (const note of read.notes) context.note(note);
      for (const [reason, count] of Object.entries(read.rejected))
        context.note(
          `${counted(count, 'row was', 'rows were')} left out: ${reason}. attune validate ${file} says which.`,
        );
      const state = await ImportState.open(file, { url: options.url, collection: name, createdAt });
      const before = state.doneOf(read.documents);
      if (before > 0)
        context.note(
          `Continues after ${counted(before, 'document')} that an earlier import of this file has written.`,
        );
      const outcome = await writeAll(client, name, read.documents.slice(before), { context, state, before });
      await untilSeen(client, name, context);
      await state.remove();
      const { notes } = await client.collections.get(name);
      for (const note of notes) context.note(note);
      const report = {
        schema: 'attune.import/1',
        file,
        collection: name,
        documents: read.documents.length,
        continuedAfter: before,
        ...outcome,
        leftOut: read.rejected,
        notes,
      };
      if (options.json) context.printJson(report);
      else context.print(reportText(report));
      if (outcome.refused > 0) process.exitCode = exitCodes.failed;
    });
}

interface Outcome {
  created: number;
  updated: number;
  refused: number;
  /** By code. */
  refusedByKind: Record<string, number>;
  /** The first hundred. */
  refusals: Refusal[];
}

async function writeAll(
  client: Client,
  collection: string,
  documents: readonly DocumentRow[],
  { context, state, before }: { context: Context; state: ImportState; before: number },
): Promise<Outcome> {
  const outcome: Outcome = { created: 0, updated: 0, refused: 0, refusedByKind: {}, refusals: [] };
  const total = before + documents.length;
  let done = 0;
  try {
    for await (const each of client.documents.write(collection, writesOf(documents), {
      signal: context.signal,
    })) {
      const document = documents[done]!;
      if (each.error === undefined) outcome[each.status === 'created' ? 'created' : 'updated'] += 1;
      else if (isPassing(each.error.code)) {
        // It and what follows it are not written, which is no fault of theirs.
        throw new AttuneError('UNAVAILABLE', `The server stopped to write: ${each.error.detail}`);
      } else refuse(outcome, document, each.error);
      done += 1;
      state.add(document);
      await state.save();
      context.progress.update(share(before + done, total, 'documents written'));
    }
  } catch (error) {
    context.progress.end();
    const kept = await state.save({ now: true });
    const place = `Stopped after ${share(before + done, total, 'documents')}. `;
    context.note(
      place +
        (kept ? 'The same command continues there.' : 'Where it was could not be kept: it begins anew.'),
    );
    throw error;
  }
  context.progress.end();
  return outcome;
}

function* writesOf(documents: readonly DocumentRow[]): Generator<DocumentWrite> {
  for (const { id, fields, attributes } of documents) yield { op: 'upsert', id, fields, attributes };
}

/** What is wrong with the server and not with the document. */
const isPassing = (code: string): boolean =>
  [
    'UNAVAILABLE',
    'OVERLOADED',
    'RATE_LIMITED',
    'STORE_FAILED',
    'DISK_FULL',
    'INTERNAL',
    'CANCELLED',
  ].includes(code);

function refuse(
  outcome: Outcome,
  { id, source }: DocumentRow,
  error: { code: string; detail: string },
): void {
  outcome.refused += 1;
  outcome.refusedByKind[error.code] = (outcome.refusedByKind[error.code] ?? 0) + 1;
  if (outcome.refusals.length < mostShown) outcome.refusals.push({ id, ...source, ...error });
}

/** Waits until searches see what was written; the server goes on with that whether one waits or not. */
async function untilSeen(client: Client, collection: string, context: Context): Promise<void> {
  for (;;) {
    const { documents, indexed } = await client.collections.get(collection, { signal: context.signal });
    if (indexed >= documents) break;
    context.progress.update(share(indexed, documents, 'documents seen by searches'));
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  context.progress.end();
}

function reportText(
  report: Outcome & { collection: string; documents: number; continuedAfter: number },
): string {
  const { collection, created, updated, refused, continuedAfter, refusals, refusedByKind } = report;
  const parts = [
    `${created.toLocaleString('en')} new`,
    `${updated.toLocaleString('en')} replaced`,
    ...(continuedAfter > 0 ? [`${continuedAfter.toLocaleString('en')} done before`] : []),
    `${refused.toLocaleString('en')} refused`,
  ];
  const kinds = Object.entries(refusedByKind).map(([code, count]) => `${count.toLocaleString('en')} ${code}`);
  return [
    `${collection}: of ${counted(report.documents, 'document')}, ${parts.join(', ')}.`,
    ...(refused > 0
      ? [`Refused: ${kinds.join(', ')}. The first ${counted(refusals.length, 'is', 'are')}:`]
      : []),
    ...refusals.map(({ file, line, id, detail }) => `  ${file}:${line}: ${id}: ${detail}`),
  ].join('\n');
}
