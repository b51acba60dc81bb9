/**
 * The process of one job: `process.js DATA ID`, which name it where processes are listed. It reads the store, writes into its own folder,
 * and tells the launcher how far it is. What it has saved when it is killed is what the next start goes on from.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { serve } from '@attune/worker';
import type { JobProtocol } from './protocol.js';

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

serve<JobProtocol>(() => ({
  calls: {
    async run(start, { signal, report }) {
      const { runJob } = await import('../work/run-job.js');
      return runJob(start, { signal: signal!, tell: report });
    },
  },
}));
