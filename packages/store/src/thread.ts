// The writer's thread. It takes all requests that have arrived, runs them in one transaction, and answers them all at once.
import { serve } from '@attune/worker';
import type { WriterProtocol } from './messages.js';
import { lowerThreadPriority } from './thread-priority.js';
import { type Request, Writer } from './writer.js';

const idleMs = 300;

// What is written waits for the disk anyhow, and many writes are not to hold the thread that asks.
lowerThreadPriority();

serve<WriterProtocol>(({ folder, options }, store) => {
  const writer = new Writer(folder, options);
  if (writer.mended.length > 0) store.tell('mended', writer.mended);
  let told = writer.health;
  let idle: NodeJS.Timeout | undefined;

  const tellHealth = () => {
    const { health } = writer;
    if (health.state !== told.state || health.reason !== told.reason) store.tell('health', health);
    told = health;
  };

  const checkpoint = (when: 'grown' | 'idle') => {
    writer.checkpoint(when);
    tellHealth();
  };

  return {
    batch(calls, answer) {
      const requests = calls.map(({ name, input }): Request => ({ op: name, args: input }));
      const answers = writer.run(requests);
      tellHealth();
      answer(answers);
      clearTimeout(idle);
      checkpoint('grown');
      idle = setTimeout(checkpoint, idleMs, 'idle');
    },
    close() {
      clearTimeout(idle);
      writer.close();
    },
  };
});
