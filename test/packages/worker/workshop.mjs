// The worker of the tests; what it serves is described in workshop.ts.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { AttuneError } from '@attune/errors';
import { serve, Transfer } from '@attune/worker';

const failures = {
  ours: () => new AttuneError('DATA_EMPTY', 'There is nothing in it.'),
  fault: () => new RangeError('too far'),
  text: () => 'just words',
};
const memory = [];

serve(async ({ fails, openMs, opening, closing }, parent) => {
  if (opening === 'exits') process.exit(4);
  if (opening === 'lingers') setInterval(() => undefined, 60_000);
  if (openMs) await sleep(openMs);
  if (fails) throw failures[fails]();
  return {
    opened: { pid: process.pid },
    calls: {
      echo: (value) => value,
      later: async ({ value, ms }) => {
        await sleep(ms);
        return value;
      },
      fail(how) {
        if (how !== 'soon') throw failures[how]();
        return Promise.reject(failures.ours());
      },
      take: (numbers) => numbers.length,
      async double(numbers) {
        const doubled = numbers.map((number) => 2 * number);
        setImmediate(() => parent.tell('note', doubled.length));
        return new Transfer({ numbers: doubled, left: doubled.length }, [doubled.buffer]);
      },
      unsendable: () => () => 'a function',
      async count(to, { report }) {
        for (let count = 1; count <= to; count++) {
          await sleep(1);
          report(count);
        }
        return `counted to ${to}`;
      },
      async untilAborted(_, { signal, report }) {
        report('begun');
        await once(signal, 'abort');
        return 'aborted';
      },
      isAbortable: (_, { signal }) => signal !== undefined,
      ask: (question) => parent.call('answer', question),
      async untilStopped() {
        await once(parent.stopped, 'abort');
        return `stopped, the flag is ${parent.stopFlag.isSet ? 'set' : 'clear'}`;
      },
      spin(begun) {
        Atomics.store(new Int32Array(begun), 0, 1);
        const until = Date.now() + 10_000;
        while (!parent.stopFlag.isSet && Date.now() < until);
        return until - Date.now();
      },
      async die(how, { report }) {
        if (how === 'exit') process.exit(3);
        if (how === 'kill') process.kill(process.pid, 'SIGKILL');
        if (how === 'reporting') {
          for (let count = 0; count < 100; count++) report(count);
          process.exit(3);
        }
        setImmediate(() => {
          throw failures.fault();
        });
        await sleep(60_000);
      },
      remember: (value) => void memory.push(value),
      remembered: () => memory,
      surroundings: () => ({
        args: process.argv.slice(2),
        variable: process.env.WORKSHOP,
        flags: process.execArgv,
      }),
    },
    async close() {
      if (closing === 'fails') throw failures.ours();
      if (closing === 'never') await sleep(60_000);
    },
  };
});
