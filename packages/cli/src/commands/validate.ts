import { writeFile } from 'node:fs/promises';
import { validate, validationRules } from '@attune/data';
import { counted } from '@attune/errors';
import { stemForLanguage } from '@attune/indexes';
import { page, validationSection, validationText } from '@attune/report';
import { defaultTier } from '@attune/schema';
import { defaultBases, queryParts, unknownTexts } from '@attune/tune';
import type { Command } from 'commander';
import { addColumnOptions, type ColumnOptions, columnNames } from '../column-options.js';
import { type Context, refuseToOverwrite } from '../context.js';
import { exitCodes } from '../exit-codes.js';
import { returnFreedMemory } from '../freed-memory.js';
import { addLanguageOption, type LanguageOptions } from '../language-option.js';
import { textStyle } from '../text-style.js';
import { addWeightOptions, type WeightCommandOptions, weightOptions } from '../weight-options.js';

interface ValidateCommandOptions extends ColumnOptions, LanguageOptions, WeightCommandOptions {
  documents?: string;
  model?: string;
  quarantine?: string;
  html?: string;
  rules?: boolean;
  force?: boolean;
  json?: boolean;
}

const verdictCodes = { pass: exitCodes.ok, warn: exitCodes.dataWarn, fail: exitCodes.dataFail };

export function addValidate(program: Command, context: Context): void {
  const command = program
    .command('validate')
    .argument('[source]', 'a log (JSONL, CSV, UBI events; gzip of each) or a dataset folder')
    .description(
      'Check the data of a search system before a model learns from it. Inputs are never changed.',
    );
  addLanguageOption(addWeightOptions(addColumnOptions(command)))
    .option('--documents <file>', 'the documents that the log is about')
    .option('--model <bundle>', `the model that is to read the texts (${defaultBases(defaultTier)})`)
    .option('--quarantine <file>', 'write the rows that training leaves out, with their reasons, as JSONL')
    .option('--html <file>', 'write the report as one HTML page')
    .option('--rules', 'list the rules, and check nothing')
    .option('--force', 'replace existing files')
    .option('--json', 'print the report as JSON (schema attune.validation/1)')
    .addHelpText(
      'after',
      '\nExit code: 0 pass, 3 warnings only, 4 errors, 1 the check itself failed.\n\nExamples:\n  attune validate log.jsonl\n' +
        '  attune validate log.csv --query-column search_term --weight-column clicks --quarantine bad-rows.jsonl --html report.html',
    )
    .action(async (source: string | undefined, options: ValidateCommandOptions) => {
      if (options.rules) {
        if (options.json)
          context.printJson({
            schema: 'attune.rules/1',
            rules: validationRules.map(({ code, severity, title }) => ({ code, severity, title })),
          });
        else
          for (const { code, severity, title } of validationRules)
            context.print(`${severity.padEnd(8)} ${code.padEnd(26)} ${title}`);
        return;
      }
      if (source === undefined)
        return command.error('error: expected the data to check, or --rules', { exitCode: exitCodes.usage });
      if (options.html) refuseToOverwrite(options.html, options.force);
      returnFreedMemory();
      const report = await validate(source, {
        columns: columnNames(options),
        encoding: options.encoding,
        ...weightOptions(options),
        documents: options.documents,
        language: options.language,
        stemFor: stemForLanguage,
        partSizes: queryParts,
        unknownTexts: unknownTexts(options.model),
        quarantine: options.quarantine,
        force: options.force,
        signal: context.signal,
        onProgress: (rows) => context.progress.update(`${counted(rows, 'row')} read`),
      });
      context.progress.end();
      if (options.html)
        await writeFile(options.html, page(`Validation of ${source}`, [validationSection(report)]));
      if (options.json) context.printJson(report);
      else context.printReport(validationText(report, textStyle(context)));
      process.exitCode = verdictCodes[report.verdict];
    });
}
