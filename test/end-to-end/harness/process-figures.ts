/** What Linux says of a process and of those that it started: memory, open files, threads. */
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessFigures {
  rssMB: number;
  fds: number;
  threads: number;
  /** Processor time since it started, all threads, in seconds. */
  cpuSeconds: number;
}

/** Of a process; undefined when it has ended. */
export function processFigures(pid: number): ProcessFigures | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const number = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    // The name in brackets may hold blanks; fields are counted from behind it. User and system time are the 14th and 15th.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    return {
      rssMB: number('VmRSS') / 1024,
      fds: readdirSync(`/proc/${pid}/fd`).length,
      threads: number('Threads'),
      cpuSeconds: (Number(stat[11]) + Number(stat[12])) / 100,
    };
  } catch {
    return undefined;
  }
}

/** Processes that a process has started and that still run, and those that these have started. */
export function childrenOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // The name in brackets may hold blanks; behind it come the state and the parent.
      const parent = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[1];
      parents.set(Number(name), Number(parent));
    } catch {
      // It has ended since the folder was read.
    }
  }
  const below = (parent: number): number[] =>
    [...parents].filter(([, its]) => its === parent).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}
