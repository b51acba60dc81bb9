import { AttuneError } from '@attune/errors';
import type { Handlers, Link } from '@attune/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failure } from './failure.js';
import { kinds, type Workshop } from './workshop.js';

for (const { kind, start } of kinds) {
  describe(`${kind}, called`, () => {
    let link: Link<Workshop>;
    beforeAll(async () => {
      link = start();
      await link.opened;
    });
    afterAll(() => link.close());

    it('answers with plain data of any kind', async () => {
      for (const value of [1, null, undefined, 'ä', [1, undefined], new Map([[1, new Date(5)]]), 7n]) {
        expect(await link.call('echo', value)).toEqual(value);
      }
      expect(await link.call('later', { value: Float32Array.of(1, 2), ms: 1 })).toEqual(
        Float32Array.of(1, 2),
      );
    });

    it('answers many calls, each with its own, and begins them in their order', async () => {
      const numbers = Array.from({ length: 2000 }, (_, number) => number);
      const echoes = numbers.map((value) =>
        value % 3 === 0 ? link.call('later', { value, ms: 1 + (value % 5) }) : link.call('echo', value),
      );
      for (const value of numbers) void link.call('remember', value);
      expect(await Promise.all(echoes)).toEqual(numbers);
      expect(await link.call('remembered')).toEqual(numbers);
    });

    it('hears what it is told in order with the calls', async () => {
      const before = (await link.call('remembered')).length;
      link.tell('remember', 'a');
      void link.call('remember', 'b');
      link.tell('remember', 'c');
      expect((await link.call('remembered')).slice(before)).toEqual(['a', 'b', 'c']);
    });

    it('rejects with what it throws: our errors as they are, others as INTERNAL with their place', async () => {
      const ours = await failure(link.call('fail', 'ours'));
      expect(ours).toBeInstanceOf(AttuneError);
      expect(ours).toMatchObject({ code: 'DATA_EMPTY', message: 'There is nothing in it.' });
      expect(await failure(link.call('fail', 'soon'))).toMatchObject({ code: 'DATA_EMPTY' });
      const fault = await failure(link.call('fail', 'fault'));
      expect(fault).toMatchObject({ code: 'INTERNAL', message: 'too far' });
      expect(fault.stack).toMatch(/RangeError: too far\n.*workshop\.mjs/);
      expect(await failure(link.call('fail', 'text'))).toMatchObject({
        code: 'INTERNAL',
        message: 'just words',
      });
    });

    it('rejects a call with what cannot be cloned, and lives', async () => {
      const refused = failure(link.call('echo', () => 'a function'));
      expect(await refused).toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(/plain data for echo: .*could not be cloned/),
      });
      expect(() => link.tell('remember', () => 'a function')).toThrow(/plain data for remember/);
      expect(await failure(link.call('unsendable'))).toMatchObject({
        code: 'INTERNAL',
        message: expect.stringMatching(/could not be cloned/),
      });
      expect(await link.call('echo', 'alive')).toBe('alive');
    });

    it('reports its progress to the call that it belongs to, before the answer', async () => {
      const seen: [string, number][] = [];
      const counted = (name: string, to: number) =>
        link.call('count', to, { onProgress: (count) => seen.push([name, count]) });
      const answers = await Promise.all([counted('a', 3), counted('b', 2), link.call('count', 2)]);
      expect(answers).toEqual(['counted to 3', 'counted to 2', 'counted to 2']);
      expect(seen.filter(([name]) => name === 'a').map(([, count]) => count)).toEqual([1, 2, 3]);
      expect(seen.filter(([name]) => name === 'b').map(([, count]) => count)).toEqual([1, 2]);
    });

    it('is aborted by the signal of the call, which settles as it answers', async () => {
      const controller = new AbortController();
      const other = new AbortController();
      const both = [controller, other].map(({ signal }) => link.call('untilAborted', undefined, { signal }));
      const settled: number[] = [];
      for (const [place, call] of both.entries()) void call.then(() => settled.push(place));
      controller.abort();
      expect(await both[0]).toBe('aborted');
      await link.call('echo', 1);
      expect(settled).toEqual([0]);
      other.abort();
      expect(await both[1]).toBe('aborted');
      expect(await link.call('isAbortable')).toBe(false);
    });

    it('is not called with a signal that is aborted already', async () => {
      const call = link.call('remember', 'never', { signal: AbortSignal.abort() });
      expect(await failure(call)).toMatchObject({
        code: 'CANCELLED',
        message: expect.stringMatching(/remember/),
      });
      expect(await link.call('remembered')).not.toContain('never');
    });

    it('leaves no listener on a signal whose calls are settled', async () => {
      const { signal } = new AbortController();
      let listeners = 0;
      const { addEventListener, removeEventListener } = signal;
      signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
        listeners++;
        addEventListener.apply(signal, args);
      };
      signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
        listeners--;
        removeEventListener.apply(signal, args);
      };
      const calls = [link.call('echo', 1, { signal }), failure(link.call('fail', 'ours'))];
      expect(listeners).toBe(1);
      await Promise.all(calls);
      expect(listeners).toBe(0);
    });
  });

  describe(`${kind}, calling its parent`, () => {
    it('has its answers and its errors, also while it is called', async () => {
      const asked: string[] = [];
      const answer = async (question: string) => {
        asked.push(question);
        if (question === 'why') throw new AttuneError('FORBIDDEN', 'Not to be asked.');
        if (question === 'how') throw new TypeError('no idea');
        return `${await link.call('echo', question)}!`;
      };
      const link = start({ handlers: { answer, note: () => undefined } });
      expect(await Promise.all(['who', 'where'].map((each) => link.call('ask', each)))).toEqual([
        'who!',
        'where!',
      ]);
      expect(await failure(link.call('ask', 'why'))).toMatchObject({ code: 'FORBIDDEN' });
      expect(await failure(link.call('ask', 'how'))).toMatchObject({ code: 'INTERNAL', message: 'no idea' });
      expect(asked).toEqual(['who', 'where', 'why', 'how']);
      await link.close();
    });

    it('is still answered while it closes', async () => {
      let answer!: (words: string) => void;
      let handlers!: Handlers<Workshop['parent']>;
      const asked = new Promise<void>((resolve) => {
        handlers = {
          answer: () => {
            resolve();
            return new Promise((answered) => {
              answer = answered;
            });
          },
          note: () => undefined,
        };
      });
      const link = start({ handlers });
      const asking = link.call('ask', 'who');
      await asked;
      const closing = link.close();
      setTimeout(answer, 20, 'you');
      expect(await asking).toBe('you');
      expect(await closing).toBe('closed');
    });
  });

  describe(`${kind}, opened`, () => {
    it('says what it is, and takes calls from before', async () => {
      const link = start({ open: { openMs: 50 } });
      const calls = [link.call('remember', 1), link.call('remember', 2), link.call('remembered')];
      const state = await link.opened;
      expect(state).toEqual({ pid: kind === 'a thread' ? process.pid : link.pid });
      expect((await Promise.all(calls))[2]).toEqual([1, 2]);
      await link.close();
    });

    it('rejects when it cannot be, as do its calls, and ends by itself without having died', async () => {
      for (const [fails, code] of [
        ['ours', 'DATA_EMPTY'],
        ['fault', 'INTERNAL'],
      ] as const) {
        let deaths = 0;
        const link = start({ open: { fails }, died: () => new AttuneError('INTERNAL', `death ${++deaths}`) });
        const before = failure(link.call('echo', 1));
        expect(await failure(link.opened)).toMatchObject({ code });
        expect(await before).toMatchObject({ code });
        await link.ended;
        expect(await failure(link.call('echo', 1))).toMatchObject({ code });
        expect(await link.close()).toBe('closed');
        expect(deaths).toBe(0);
      }
    });

    it('rejects its calls when it cannot be, although something keeps it from ending', async () => {
      const link = start({ open: { fails: 'ours', opening: 'lingers' } });
      expect(await failure(link.call('echo', 1))).toMatchObject({ code: 'DATA_EMPTY' });
      expect(await link.close({ timeoutMs: 100 })).toBe(kind === 'a thread' ? 'terminated' : 'closed');
    });

    it('with what cannot be cloned rejects, and leaves nothing behind', async () => {
      const link = start({ open: { openMs: (() => 1) as never } });
      expect(await failure(link.opened)).toMatchObject({ code: 'INVALID_ARGUMENT' });
      expect(await failure(link.call('echo', 1))).toMatchObject({ code: 'INVALID_ARGUMENT' });
      await link.ended;
    });
  });
}
