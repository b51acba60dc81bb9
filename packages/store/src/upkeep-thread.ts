// The thread of one piece of upkeep; see upkeep.ts.
import { serve } from '@attune/worker';
import { copySync, verifySync } from './backup.js';
import type { UpkeepProtocol } from './messages.js';

serve<UpkeepProtocol>(() => ({
  calls: {
    verify: verifySync,
    copy: ({ from, to }) => copySync(from, to),
  },
}));
