/**
 * The process of one job: `process.js DATA ID`. It reads the store, writes into its own folder, and tells the server how far
 * it is. Without a server it ends at once: what it has saved by then is what the next start goes on from.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import type { StopMessage } from './messages.js';

const leave = () => process.kill(process.pid, 'SIGKILL');
process.on('disconnect', leave);
// A signal to the whole group means the server, which says by message what is to become of its jobs.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

const controller = new AbortController();
process.on('message', (message: StopMessage) => {
  if (message.type === 'stop') controller.abort();
});

// Before the core is loaded. On Linux each thread has a priority of its own and takes it from the thread that starts it, so those that
// Node has started by now, which do most of the work of a training, are set too: by the process alone they would stay as they are.
try {
  setPriority(constants.priority.PRIORITY_LOW);
  if (process.platform === 'linux') {
    for (const thread of readdirSync('/proc/self/task'))
      setPriority(Number(thread), constants.priority.PRIORITY_LOW);
    writeFileSync('/proc/self/oom_score_adj', '500');
  }
} catch {
  // Only a courtesy to the server.
}

const [data, id] = process.argv.slice(2);
const { runJob } = await import('./work/run-job.js');
const last = await runJob(data!, id!, {
  signal: controller.signal,
  tell: (message) => process.send!(message),
});
process.off('disconnect', leave);
process.send!(last, () => process.exit(0));
