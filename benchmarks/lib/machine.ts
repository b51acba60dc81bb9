import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { addon } from '@attune/binding';

/** What a number means nothing without. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGiB: number;
  node: string;
  /** The CPU level of the core's kernels, and its threads. */
  level: string;
  threads: number;
}

export function describeMachine(): Machine {
  const { level, threads } = addon.runtimeInfo();
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    level,
    threads,
  };
}

/** The commit of the checkout, with a `+` when files differ from it; `unknown` outside a checkout. */
export function currentCommit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain', '-uno') ? '+' : '');
  } catch {
    return 'unknown';
  }
}
