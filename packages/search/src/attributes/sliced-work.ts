import { AttuneError } from '@attune/errors';

/** Work in steps. Each tells how much it was: values looked at and rows put into a set, some nanoseconds each. */
export type Steps<Result> = Generator<number, Result, void>;

/** Work that is done in one go, about a millisecond: what takes more has others served in between. */
export const sliceWork = 2 ** 18;

/** All steps in one go. */
export function inOneGo<Result>(steps: Steps<Result>): Result {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

interface Task {
  steps: Steps<unknown>;
  signal: AbortSignal | undefined;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** Long work of a thread: one piece after another, a slice in each turn of the event loop. */
export class SlicedWork {
  readonly #tasks: Task[] = [];
  #isScheduled = false;

  /** @throws {AttuneError} CANCELLED once the signal is aborted: what is left is not done */
  run<Result>(steps: Steps<Result>, signal?: AbortSignal): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#tasks.push({ steps, signal, resolve: resolve as Task['resolve'], reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled || this.#tasks.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#slice();
      this.#schedule();
    });
  }

  #slice(): void {
    for (const task of this.#tasks.filter(({ signal }) => signal?.aborted)) {
      this.#end(task);
      task.reject(new AttuneError('CANCELLED', 'The search was cancelled while its filter was looked up.'));
    }
    const [task] = this.#tasks;
    if (task === undefined) return;
    try {
      for (let work = 0; work < sliceWork; ) {
        const step = task.steps.next();
        if (step.done) {
          this.#end(task);
          task.resolve(step.value);
          return;
        }
        work += step.value;
      }
    } catch (error) {
      this.#end(task);
      task.reject(error);
    }
  }

  #end(task: Task): void {
    this.#tasks.splice(this.#tasks.indexOf(task), 1);
  }
}
