// The thread of one piece of upkeep; see upkeep.ts.
import { AttuneError } from '@attune/errors';
import { type StopFlag, serve } from '@attune/worker';
import { copySync, verifySync } from './backup.js';
import type { UpkeepProtocol } from './messages.js';
import { lowerThreadPriority } from './thread-priority.js';

/** Of the time that a scrub takes, what it rests for each part of work. */
const restPerWork = 3;

serve<UpkeepProtocol>((_, parent) => ({
  calls: {
    verify: (folder) => verifySync(folder),
    copy: ({ from, to }) => copySync(from, to),
    scrub(folder) {
      lowerThreadPriority();
      return verifySync(folder, restBetween(parent.stopFlag));
    },
  },
}));

/** To be called between parts of work: sleeps for a multiple of what the last one took. */
function restBetween(stopFlag: StopFlag): () => void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  let since = performance.now();
  return () => {
    if (stopFlag.isSet) throw new AttuneError('CANCELLED', 'Reading through the store was stopped.');
    Atomics.wait(never, 0, 0, restPerWork * (performance.now() - since));
    since = performance.now();
  };
}
