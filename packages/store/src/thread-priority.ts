import { constants, getPriority, setPriority } from 'node:os';

const below = 10;

/**
 * Gives the thread that calls it less of the processors than the others of its process have, for work that may wait. On Linux alone:
 * elsewhere a priority is the whole process's. A thread that is started from it takes it over.
 */
export function lowerThreadPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(Math.min(getPriority() + below, constants.priority.PRIORITY_LOW));
  } catch {
    // A sandbox may forbid it; then all threads stay alike.
  }
}
