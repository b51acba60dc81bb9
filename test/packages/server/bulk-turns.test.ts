import { describe, expect, it } from 'vitest';
import { BulkTurns } from '../../../packages/server/src/bulk-turns.js';

const turns = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Units that are written when the test says so. */
function held(searchesWait = () => false) {
  const bulk = new BulkTurns(searchesWait);
  const begun: { name: string; end(): void; fail(error: Error): void }[] = [];
  const write = (name: string) =>
    bulk.run(
      () =>
        new Promise<string>((resolve, reject) => {
          begun.push({ name, end: () => resolve(name), fail: reject });
        }),
    );
  return { begun, write, names: () => begun.map(({ name }) => name) };
}

describe('BulkTurns', () => {
  it('lets two units be written at once, the others in the order in which they came', async () => {
    const { begun, write, names } = held();
    const done = ['a', 'b', 'c', 'd'].map(write);
    await turns();
    expect(names()).toEqual(['a', 'b']);
    begun[1]!.end();
    await turns();
    expect(names()).toEqual(['a', 'b', 'c']);
    for (const place of [0, 2]) begun[place]!.end();
    await turns();
    begun[3]!.end();
    expect(await Promise.all(done)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('gives the place of a unit that failed to the next, and throws what it threw', async () => {
    const { begun, write, names } = held();
    const [first] = ['a', 'b', 'c'].map(write);
    await turns();
    begun[0]!.fail(new Error('the disk is full'));
    await expect(first).rejects.toThrow('the disk is full');
    await turns();
    expect(names()).toEqual(['a', 'b', 'c']);
  });

  it('writes on, after a rest, while searches wait', async () => {
    const { begun, write } = held(() => true);
    const first = write('a');
    await turns();
    begun[0]!.end();
    await first;
    const second = write('b');
    while (begun.length < 2) await turns();
    begun[1]!.end();
    expect(await second).toBe('b');
  });
});
