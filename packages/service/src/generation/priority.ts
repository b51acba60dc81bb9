/**
 * Gives this thread less of the processors than the one that serves HTTP, which has little to do for a request but has it to do at once.
 * To be imported first: the threads of the core take the priority of the thread that starts them.
 */
import { constants, getPriority, setPriority } from 'node:os';

const below = 5;

// Elsewhere the priority is that of the process.
if (process.platform === 'linux') {
  try {
    setPriority(Math.min(getPriority() + below, constants.priority.PRIORITY_LOW));
  } catch {
    // A sandbox may forbid it; then all threads stay alike.
  }
}
