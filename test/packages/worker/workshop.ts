import { AttuneError } from '@attune/errors';
import {
  type Death,
  type Handlers,
  type Link,
  type LinkOptions,
  startProcess,
  startThread,
} from '@attune/worker';

/** What the worker of the tests, workshop.mjs, does and asks for. */
export interface Workshop {
  open: (start: Start) => { pid: number };
  worker: {
    echo: (value: unknown) => unknown;
    later: (echo: { value: unknown; ms: number }) => unknown;
    fail: (how: 'ours' | 'fault' | 'text' | 'soon') => never;
    take: (numbers: Float32Array) => number;
    double: (numbers: Float32Array) => { numbers: Float32Array; left: number };
    unsendable: () => unknown;
    count: (to: number, report: (count: number) => void) => string;
    untilAborted: (input: undefined, report: (progress: string) => void) => string;
    isAbortable: () => boolean;
    ask: (question: string) => string;
    untilStopped: () => string;
    spin: (from: StopClock) => number;
    die: (how: 'exit' | 'throw' | 'kill' | 'reporting', report: (count: number) => void) => never;
    remember: (value: unknown) => void;
    remembered: () => unknown[];
    surroundings: () => { args: string[]; variable: string | undefined; flags: string[] };
  };
  parent: {
    answer: (question: string) => string;
    note: (note: unknown) => void;
  };
}

export interface Start {
  /** What opening throws. */
  fails?: 'ours' | 'fault' | undefined;
  openMs?: number | undefined;
  opening?: 'exits' | 'lingers' | undefined;
  /** What closing does before it is over. */
  closing?: 'fails' | 'never' | undefined;
}

/** A cell of shared memory that says that the spinning has begun; undefined in a process. */
export type StopClock = SharedArrayBuffer | undefined;

export const closed = () => new AttuneError('UNAVAILABLE', 'The workshop is closed.');
export const died = ({ reason }: Death) => new AttuneError('STORE_FAILED', `The workshop is gone: ${reason}`);

const file = new URL('workshop.mjs', import.meta.url);
const handlers: Handlers<Workshop['parent']> = {
  answer: (question) => `${question} 42`,
  note: () => undefined,
};

type Options = Partial<LinkOptions<Workshop>>;

const withDefaults = (options: Options): LinkOptions<Workshop> => ({
  open: {},
  closed,
  died,
  handlers,
  ...options,
});

/** Both kinds of worker, which do the same. */
export const kinds: { kind: string; start: (options?: Options) => Link<Workshop> }[] = [
  { kind: 'a thread', start: (options = {}) => startThread(file, withDefaults(options)) },
  {
    kind: 'a child process',
    start: (options = {}) =>
      startProcess(file, { ...withDefaults(options), stdout: 'inherit', stderr: 'ignore' }),
  },
];
