import { readDocuments } from '@attune/data';
import { Encoder } from '@attune/encode';
import { counted } from '@attune/errors';
import { DocumentIndex } from '@attune/tune';
import type { Command } from 'commander';
import { addColumnOptions, type ColumnOptions, columnNames } from '../column-options.js';
import { type Context, refuseToOverwrite } from '../context.js';
import { returnFreedMemory } from '../freed-memory.js';
import { share } from '../progress.js';
import {
  addSearchSettings,
  type SearchSettingsOptions,
  searchSettings,
  settingsText,
} from '../search-settings.js';

interface IndexOptions extends ColumnOptions, SearchSettingsOptions {
  model: string;
  out: string;
  force?: boolean;
  json?: boolean;
}

export function addIndex(program: Command, context: Context): void {
  const command = program
    .command('index')
    .argument('<catalogue>', 'documents: a .jsonl or .csv file, or a dataset folder')
    .description('Index a catalogue: its vectors and its words, in one folder that `attune search` opens.')
    .requiredOption('--model <bundle>', 'the model that makes the vectors')
    .requiredOption('--out <folder>', 'where the index goes');
  addSearchSettings(addColumnOptions(command))
    .option('--force', 'replace an existing folder')
    .option('--json', 'print what was written as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  attune index catalogue.jsonl --model tuned --out my-index\n' +
        '  attune index catalogue.csv --document-column number --title-column name --model tuned --out my-index',
    )
    .action(async (catalogue: string, options: IndexOptions) => {
      refuseToOverwrite(options.out, options.force);
      returnFreedMemory();
      const { documents, rejected, notes } = await readDocuments(catalogue, {
        columns: columnNames(options),
        encoding: options.encoding,
        signal: context.signal,
      });
      for (const note of notes) context.note(note);
      for (const [reason, count] of Object.entries(rejected))
        context.note(
          `${counted(count, 'row was', 'rows were')} left out: ${reason}. attune validate ${catalogue} says which.`,
        );
      const encoder = await Encoder.load(options.model);
      const index = await DocumentIndex.build({
        documents,
        encoder,
        lexical: searchSettings(options),
        out: options.out,
        force: options.force,
        signal: context.signal,
        onProgress: ({ done, total }) => context.progress.update(share(done, total, 'documents encoded')),
      });
      context.progress.end();
      const written = {
        schema: 'attune.index/1',
        out: options.out,
        documents: index.count,
        dim: encoder.dim,
        fingerprint: encoder.fingerprint,
        lexical: index.searcher.lexical,
        coverage: index.reading?.coverage,
        equalVectors: index.reading?.equal,
        notes: index.notes,
      };
      for (const note of index.notes) context.note(note);
      if (options.json) context.printJson(written);
      else
        context.print(
          `Indexed ${counted(written.documents, 'document')} in ${options.out}, by words with ${settingsText(written.lexical)}. ` +
            `Try: attune search ${options.out} "…"`,
        );
    });
}
