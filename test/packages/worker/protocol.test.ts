import { type Link, type Parent, type Served, serve, startThread, Transfer } from '@attune/worker';
import { describe, expectTypeOf, it } from 'vitest';
import { closed, died, type Workshop } from './workshop.js';

interface Small {
  open: () => void;
  worker: { half: (number: number) => number; now: () => Date };
  parent: Record<never, never>;
}

// What is checked here is checked by the compiler, which refuses an expected error that is none.
describe('a protocol', () => {
  it('types calls', () => {
    const use = (small: Link<Small>, workshop: Link<Workshop>, parent: Parent<Workshop['parent']>) => {
      expectTypeOf(small.call('half', 1)).toEqualTypeOf<Promise<number>>();
      expectTypeOf(small.call('now')).toEqualTypeOf<Promise<Date>>();
      expectTypeOf(small.opened).toEqualTypeOf<Promise<void>>();
      expectTypeOf(workshop.opened).toEqualTypeOf<Promise<{ pid: number }>>();
      expectTypeOf(parent.call('answer', 'who')).toEqualTypeOf<Promise<string>>();
      workshop.call('count', 3, { onProgress: (count) => expectTypeOf(count).toEqualTypeOf<number>() });
      // @ts-expect-error: the worker has no such function
      small.call('third', 1);
      // @ts-expect-error: a word is no number
      small.call('half', 'one');
      // @ts-expect-error: the number is missing
      small.call('half');
      // @ts-expect-error: nothing is reported of this call
      small.call('half', 1, { onProgress: (progress: number) => progress });
      // @ts-expect-error: the worker's functions are not the parent's
      parent.call('echo', 1);
    };
    expectTypeOf(use).toBeFunction();
  });

  it('types what is served, on both sides', () => {
    expectTypeOf<Served<Small>['opened']>().toEqualTypeOf<undefined>();
    expectTypeOf<Served<Workshop>['opened']>().toEqualTypeOf<{ pid: number }>();
    const use = (file: URL) => {
      serve<Small>(() => ({
        calls: { half: (number) => new Transfer(number / 2, []), now: () => new Date() },
      }));
      // @ts-expect-error: a function is missing
      serve<Small>(() => ({ calls: { half: (number) => number / 2 } }));
      // @ts-expect-error: a word is no number
      serve<Small>(() => ({ calls: { half: () => 'one', now: () => new Date() } }));
      startThread<Small>(file, { closed, died });
      // @ts-expect-error: the worker has to be opened with something, and may ask for something
      startThread<Workshop>(file, { closed, died });
    };
    expectTypeOf(use).toBeFunction();
  });
});
