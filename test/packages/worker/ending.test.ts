import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { AttuneError } from '@attune/errors';
import { type Death, startProcess } from '@attune/worker';
import { describe, expect, it } from 'vitest';
import { failure } from './failure.js';
import { closed, died, kinds, type Workshop } from './workshop.js';

for (const { kind, start } of kinds) {
  const isThread = kind === 'a thread';

  describe(`${kind} that dies`, () => {
    const deaths = {
      exit: { reason: 'exit code 3', exitCode: 3, signal: null },
      throw: isThread
        ? { reason: 'RangeError: too far', exitCode: 1, cause: expect.any(Error) }
        : { reason: 'exit code 1', exitCode: 1, signal: null },
      ...(isThread ? {} : { kill: { reason: 'SIGKILL', exitCode: null, signal: 'SIGKILL' } }),
    };
    for (const [how, expected] of Object.entries(deaths)) {
      it(`by ${how} rejects what waits and what comes, with the error its owner made once`, async () => {
        const seen: Death[] = [];
        const made: AttuneError[] = [];
        const link = start({
          died: (death) => {
            seen.push(death);
            made.push(died(death));
            return made.at(-1)!;
          },
        });
        await link.opened;
        const waiting = [link.call('later', { value: 1, ms: 60_000 }), link.call('untilStopped')].map(
          failure,
        );
        expect(await failure(link.call('die', how as 'exit'))).toMatchObject({ code: 'STORE_FAILED' });
        for (const each of await Promise.all(waiting)) expect(each).toBe(made[0]);
        expect(await failure(link.call('echo', 1))).toBe(made[0]);
        link.tell('remember', 'nobody hears it');
        link.stop();
        await link.ended;
        expect(await link.close()).toBe('closed');
        expect(await failure(link.call('echo', 1))).toBe(made[0]);
        expect(seen).toEqual([expect.objectContaining(expected)]);
      });
    }

    it('has said what it said: all of it is heard before its death', async () => {
      const link = start();
      await link.opened;
      const heard: number[] = [];
      const dying = failure(link.call('die', 'reporting', { onProgress: (count) => heard.push(count) }));
      const until = Date.now() + 300;
      while (Date.now() < until); // it is gone by now, and its messages wait here
      expect(await dying).toMatchObject({ code: 'STORE_FAILED' });
      expect(heard).toEqual(Array.from({ length: 100 }, (_, count) => count));
    });

    it('while it opens was never open', async () => {
      const link = start({ open: { opening: 'exits' } });
      expect(await failure(link.opened)).toMatchObject({ code: 'STORE_FAILED' });
      await link.ended;
    });

    it('while it closes rejects what waits with its death', async () => {
      const link = start();
      await link.opened;
      const waiting = failure(link.call('die', 'throw'));
      expect(await link.close()).toBe('closed');
      expect(await waiting).toMatchObject({ code: 'STORE_FAILED' });
    });
  });

  describe(`${kind} that is closed`, () => {
    it('answers what it was asked before, and is gone', async () => {
      const link = start();
      const slow = link.call('later', { value: 'slow', ms: 100 });
      const closing = link.close({ timeoutMs: 20_000, stopAfterMs: 20_000 });
      expect(await failure(link.call('echo', 1))).toMatchObject({ code: 'UNAVAILABLE' });
      expect(await slow).toBe('slow');
      expect(await closing).toBe('closed');
      expect(await link.close()).toBe('closed');
      expect(await failure(link.call('echo', 1))).toMatchObject({ code: 'UNAVAILABLE' });
    });

    it('has given its last answer whole, however large', async () => {
      const link = start();
      const answer = link.call('echo', new Uint8Array(30_000_000).fill(7));
      expect(await link.close()).toBe('closed');
      expect((await answer) as Uint8Array).toHaveLength(30_000_000);
    });

    it('is terminated when it is late, and what waits is refused as closed', async () => {
      const link = start({ open: { closing: 'never' } });
      await link.opened;
      expect(await link.call('echo', 1)).toBe(1);
      const before = performance.now();
      expect(await link.close({ timeoutMs: 100 })).toBe('terminated');
      expect(performance.now() - before).toBeLessThan(20_000);

      const busy = start();
      const waiting = failure(busy.call('later', { value: 1, ms: 60_000 }));
      expect(await busy.close({ timeoutMs: 100 })).toBe('terminated');
      expect(await waiting).toMatchObject({ code: 'UNAVAILABLE' });
    });

    it('is told to stop when the time for that has come, not before', async () => {
      const link = start();
      await link.opened;
      const waiting = link.call('untilStopped');
      let isSettled = false;
      void waiting.then(() => {
        isSettled = true;
      });
      const closing = link.close({ stopAfterMs: 200, timeoutMs: 20_000 });
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(isSettled).toBe(false);
      expect(await waiting).toBe('stopped, the flag is set');
      expect(await closing).toBe('closed');
    });

    it('tells what its own closing threw, once it is gone', async () => {
      const link = start({ open: { closing: 'fails' } });
      await link.opened;
      expect(await failure(link.close())).toMatchObject({ code: 'DATA_EMPTY' });
      await link.ended;
    });

    it('keeps no timer, so that a program may end', async () => {
      const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
      await start().close({ stopAfterMs: 60_000, timeoutMs: 60_000 });
      const after = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
      expect(after).toBeLessThanOrEqual(before);
    });
  });
}

describe('a child process', () => {
  const file = new URL('workshop.mjs', import.meta.url);
  const options = { closed, died, handlers: { answer: () => '', note: () => undefined }, open: {} };

  it('has a number, its arguments and its environment', async () => {
    const link = startProcess<Workshop>(file, {
      ...options,
      args: ['one', 'two'],
      env: { ...process.env, WORKSHOP: 'mine' },
      stdout: 'ignore',
      stderr: 'ignore',
    });
    expect(await link.call('surroundings')).toEqual({ args: ['one', 'two'], variable: 'mine', flags: [] });
    await link.close();
  });

  it('that cannot be started has died, whether the system says so at once or later', async () => {
    const execPath = process.execPath;
    const tries = [
      () => {
        process.execPath = '/no/such/program';
        try {
          return startProcess<Workshop>(file, { ...options, stdout: 'ignore', stderr: 'ignore' });
        } finally {
          process.execPath = execPath;
        }
      },
      () => {
        const env = { ...process.env, TOO_LONG: 'x'.repeat(1_000_000) };
        return startProcess<Workshop>(file, { ...options, env, stdout: 'ignore', stderr: 'ignore' });
      },
    ];
    for (const [place, begin] of tries.entries()) {
      const link = begin();
      expect(link.pid).toBeUndefined();
      const waiting = failure(link.call('echo', 1));
      expect(await failure(link.opened)).toMatchObject({
        code: 'STORE_FAILED',
        message: expect.stringMatching(
          place === 0 ? /could not be started: .*ENOENT/ : /could not be started: .*E2BIG/,
        ),
      });
      expect(await waiting).toMatchObject({ code: 'STORE_FAILED' });
      await link.ended;
      await link.close({ timeoutMs: 10 });
    }
  });

  it('that cannot be started for want of files has died, and its parent lives', async () => {
    const program = fileURLToPath(new URL('no-more-files.mjs', import.meta.url));
    const limited = ['-c', 'ulimit -n 64; exec "$@"', 'bash', process.execPath, program];
    const { stdout } = await promisify(execFile)('bash', limited);
    expect(stdout).toMatch(/^could not be started: .*EMFILE/);
  });

  it('leaves what becomes of it to its parent: signals to the group do not end it', async () => {
    const link = startProcess<Workshop>(file, { ...options, stdout: 'ignore', stderr: 'ignore' });
    await link.opened;
    process.kill(link.pid!, 'SIGINT');
    process.kill(link.pid!, 'SIGTERM');
    expect(await link.call('later', { value: 'alive', ms: 50 })).toBe('alive');
    await link.close();
  });

  it('is killed when its parent is', async () => {
    const program = fileURLToPath(new URL('parent-of-one.mjs', import.meta.url));
    const parent = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    let pid = 0;
    for await (const line of createInterface(parent.stdout)) {
      pid = Number(line);
      break;
    }
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    const until = Date.now() + 20_000;
    while (isAlive(pid) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(isAlive(pid)).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
