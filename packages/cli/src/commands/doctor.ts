import { addon, addonPath } from '@attune/binding';
import { Encoder } from '@attune/encode';
import type { Command } from 'commander';
import type { Context } from '../context.js';

export function addDoctor(program: Command, context: Context): void {
  program
    .command('doctor')
    .description('Check this installation: the addon, the CPU level, the shipped model.')
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', '\nExample:\n  attune doctor')
    .action(async (options: { json?: boolean }) => {
      const runtime = addon.runtimeInfo();
      const encoder = await Encoder.load('attune-base-en');
      const findings = {
        schema: 'attune.doctor/1',
        node: process.version,
        platform: `${process.platform}-${process.arch}`,
        addon: addonPath(),
        level: runtime.level,
        levels: runtime.levels,
        bf16: runtime.bf16,
        int8: runtime.int8,
        refusedKernels: runtime.refusedKernels,
        threads: runtime.threads,
        baseModel: {
          name: 'attune-base-en',
          dim: encoder.dim,
          fingerprint: encoder.fingerprint,
          goldenVectors: 'match',
        },
      };
      if (options.json) {
        context.printJson(findings);
        return;
      }
      context.print(`Node           ${findings.node} on ${findings.platform}`);
      context.print(`Addon          ${findings.addon}`);
      context.print(`CPU level      ${findings.level} (this CPU runs ${findings.levels.join(', ')})`);
      context.print(`Products       bf16 by ${findings.bf16}, int8 by ${findings.int8}`);
      if (findings.refusedKernels.length > 0) {
        context.print(`Not used       ${findings.refusedKernels.join(', ')}: wrong on this CPU at the start`);
      }
      context.print(`Threads        ${findings.threads}`);
      context.print(`Shipped model  attune-base-en, ${encoder.dim} wide, golden vectors match`);
    });
}
