import { counted } from '@attune/errors';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { exitCodes } from '../exit-codes.js';
import { ownerOnlyFiles } from '../owner-only-files.js';
import { tableText } from '../text-style.js';

export function addBackup(program: Command, context: Context): void {
  program
    .command('backup')
    .argument('<data>', 'a data folder, in service or not')
    .description('Copy a data folder while it serves: everything of one moment, checked as it is copied.')
    .requiredOption('--out <folder>', 'where the backup goes; a new folder')
    .option('--json', 'print what was copied as JSON (schema attune.backup/1)')
    .addHelpText(
      'after',
      '\nIndexes are left out: they follow from the rest, and are built again.\n\nExample:\n' +
        '  attune backup my-data --out backups/monday',
    )
    .action(async (data: string, { out, json }: { out: string; json?: boolean }) => {
      const { backUpData } = await import('@attune/service');
      ownerOnlyFiles();
      const summary = await backUpData(data, out, {
        signal: context.signal,
        onStep: (detail) => context.progress.update(`${detail} …`),
      });
      context.progress.end();
      if (json) context.printJson({ schema: 'attune.backup/1', out, ...summary });
      else
        context.print(
          `Backed up ${sizes(summary)} into ${out}. Restore it with: attune restore ${out} --out DATA`,
        );
    });
}

export function addRestore(program: Command, context: Context): void {
  program
    .command('restore')
    .argument('<backup>', 'a folder that attune backup wrote')
    .description('Make a data folder of a backup. Every checksum has to match; nothing is overwritten.')
    .requiredOption('--out <data>', 'the new data folder')
    .option('--json', 'print what was restored as JSON (schema attune.restore/1)')
    .addHelpText('after', '\nExample:\n  attune restore backups/monday --out my-data && attune serve my-data')
    .action(async (backup: string, { out, json }: { out: string; json?: boolean }) => {
      const { restoreData } = await import('@attune/service');
      ownerOnlyFiles();
      const summary = await restoreData(backup, out, {
        signal: context.signal,
        onStep: (detail) => context.progress.update(`${detail} …`),
      });
      context.progress.end();
      if (json) context.printJson({ schema: 'attune.restore/1', out, ...summary });
      else
        context.print(
          `Restored ${sizes(summary)} into ${out}. Indexes are built at the first start: attune serve ${out}`,
        );
    });
}

export function addVerify(program: Command, context: Context): void {
  program
    .command('verify')
    .argument('<data>', 'a data folder, in service or not')
    .description('Read everything that a data folder holds, and compare it with its checksums.')
    .option('--json', 'print what was found as JSON (schema attune.verify/1)')
    .addHelpText('after', '\nExit code: 0 whole, 1 damaged.\n\nExample:\n  attune verify my-data')
    .action(async (data: string, { json }: { json?: boolean }) => {
      const { verifyData } = await import('@attune/service');
      const report = await verifyData(data, {
        signal: context.signal,
        onStep: (detail) => context.progress.update(`${detail} …`),
      });
      context.progress.end();
      const { rows, damage, quarantine } = report;
      if (damage.length > 0) process.exitCode = exitCodes.failed;
      if (json) context.printJson({ schema: 'attune.verify/1', ...report });
      else if (damage.length === 0)
        context.print(
          `${data} is whole: ${counted(rows, 'row')}, and every model, dataset and index that they name.`,
        );
      else
        context.print(
          `${data} is damaged. Restore a backup: attune restore BACKUP --out DATA\n\n` +
            tableText(
              context,
              ['file', 'what'],
              damage.map(({ file, what }) => [file, what]),
            ),
        );
      if (!json && quarantine.length > 0)
        context.print(
          `Named by no record, and moved out of the way:\n${quarantine.map((place) => `  ${place}`).join('\n')}`,
        );
    });
}

const sizes = ({
  files,
  bytes,
  bundles,
  datasets,
}: {
  files: number;
  bytes: number;
  bundles: string[];
  datasets: string[];
}) =>
  `${counted(files, 'file')} (${(bytes / 2 ** 20).toFixed(1)} MiB; ${counted(bundles.length, 'model')}, ${counted(datasets.length, 'dataset')})`;
