import { AttuneError } from '@attune/errors';
import { describe, expect, it } from 'vitest';
import { type BatchFigures, Coalescer } from '../../../packages/service/src/coalescer.js';

/** Batches leave at once and are answered when the test says so; the answer to a number is its double. */
function held({ batchWeight = 4, mostWaiting = 10 } = {}) {
  const worked: BatchFigures[] = [];
  const batches: { items: number[]; answer(): void; fail(error: Error): void }[] = [];
  const coalescer = new Coalescer<number, number>({
    weightOf: (item) => (item >= 100 ? 100 : 1),
    batchWeight,
    mostWaiting,
    worked: (figures) => worked.push(figures),
    send: (items) =>
      new Promise((resolve, reject) => {
        const answers = items.map((item) =>
          item === 13 ? new AttuneError('INVALID_ARGUMENT', 'not 13') : 2 * item,
        );
        batches.push({ items, answer: () => resolve(answers), fail: reject });
      }),
  });
  return { coalescer, batches, worked };
}

const turns = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('Coalescer', () => {
  it('sends what comes together as one batch, and what comes meanwhile as the next', async () => {
    const { coalescer, batches } = held();
    const answers = [1, 2].map((item) => coalescer.ask(item));
    await turns();
    answers.push(...[3].map((item) => coalescer.ask(item)));
    await turns();
    answers.push(...[4, 5, 6].map((item) => coalescer.ask(item)));
    await turns();
    expect(batches.map(({ items }) => items)).toEqual([[1, 2], [3]]);
    batches[0]!.answer();
    await turns();
    expect(batches[2]!.items).toEqual([4, 5, 6]);
    for (const batch of batches) batch.answer();
    expect(await Promise.all(answers)).toEqual([2, 4, 6, 8, 10, 12]);
  });

  it('fills batches up to their weight, and sends alone what is heavier', async () => {
    const { coalescer, batches } = held();
    const answers = [1, 2, 3, 4, 5, 100, 6].map((item) => coalescer.ask(item));
    for (let i = 0; i < 4; ++i) {
      await turns();
      batches[i]!.answer();
    }
    expect(batches.map(({ items }) => items)).toEqual([[1, 2, 3, 4], [5], [100], [6]]);
    expect(await Promise.all(answers)).toHaveLength(7);
  });

  it('refuses more than may wait, and answers those that wait', async () => {
    const { coalescer, batches } = held({ mostWaiting: 3 });
    const answers = [1, 2, 3].map((item) => coalescer.ask(item));
    await expect(coalescer.ask(4)).rejects.toMatchObject({ code: 'OVERLOADED' });
    await turns();
    batches[0]!.answer();
    expect(await Promise.all(answers)).toEqual([2, 4, 6]);
  });

  it('takes out what is cancelled before its batch leaves', async () => {
    const { coalescer, batches } = held();
    const aborter = new AbortController();
    const cancelled = coalescer.ask(1, aborter.signal);
    const kept = coalescer.ask(2);
    aborter.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(coalescer.ask(3, aborter.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
    await turns();
    expect(batches.map(({ items }) => items)).toEqual([[2]]);
    batches[0]!.answer();
    expect(await kept).toBe(4);
  });

  it('lets a wrong item fail alone, and a batch that failed fail together', async () => {
    const { coalescer, batches } = held();
    const wrong = coalescer.ask(13);
    const right = coalescer.ask(1);
    await turns();
    batches[0]!.answer();
    await expect(wrong).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await right).toBe(2);
    const lost = Promise.allSettled([coalescer.ask(2), coalescer.ask(3)]);
    await turns();
    batches[1]!.fail(new Error('the thread ended'));
    expect((await lost).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('gives out the answers of a large batch over several turns, in order, and is drained after the last', async () => {
    const { coalescer, batches } = held({ batchWeight: 100, mostWaiting: 100 });
    const order: number[] = [];
    const atTurn: number[] = [];
    for (let item = 20; item < 60; ++item) void coalescer.ask(item).then((answer) => order.push(answer));
    await turns();
    batches[0]!.answer();
    const drained = coalescer.drained();
    const next = coalescer.ask(1);
    await new Promise<void>((done) => {
      const look = () => {
        atTurn.push(order.length);
        if (order.length < 40) setImmediate(look);
        else done();
      };
      setImmediate(look);
    });
    expect(atTurn.some((given) => given > 0 && given < 40)).toBe(true);
    expect(order).toEqual(Array.from({ length: 40 }, (_, i) => 2 * (i + 20)));
    await turns();
    batches[1]!.answer();
    expect(await next).toBe(2);
    await drained;
  });

  it('says how many wait, and of each batch how many it was, also of one that failed', async () => {
    const { coalescer, batches, worked } = held();
    const answers = Promise.allSettled([1, 2, 3, 4, 5].map((item) => coalescer.ask(item)));
    expect(coalescer.waiting).toBe(5);
    await turns();
    expect(coalescer.waiting).toBe(0);
    batches[0]!.fail(new Error('the thread ended'));
    await turns();
    batches[1]!.answer();
    await answers;
    expect(worked.map(({ waitedMs }) => waitedMs.length)).toEqual([4, 1]);
    expect(worked.every(({ waitedMs, workedMs }) => [...waitedMs, workedMs].every((ms) => ms >= 0))).toBe(
      true,
    );
  });

  it('is drained when nothing waits and nothing is under way', async () => {
    const { coalescer, batches } = held();
    await coalescer.drained();
    const answer = coalescer.ask(1);
    let isDrained = false;
    const drained = coalescer.drained().then(() => {
      isDrained = true;
    });
    await turns();
    expect(isDrained).toBe(false);
    batches[0]!.answer();
    await answer;
    await drained;
  });
});
