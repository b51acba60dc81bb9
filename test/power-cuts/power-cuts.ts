import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Random } from '../end-to-end/harness/random.js';
import { root } from '../end-to-end/harness/repository.js';
import { wrongBelow } from './check-folders.js';
import { Disk, type Keeps, type Loss } from './disk.js';
import { expectedAfter } from './expected.js';
import { type Change, readTrace } from './trace.js';

/** A run of the script takes seconds; one that waits for ever is a fault. */
const mostRunMs = 120_000;

/** Runs script.mjs below folders of one place, with every change of its files written down. */
export class TracedScript {
  readonly #folder: string;
  readonly #library: string;
  readonly #models: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#library = join(folder, 'traced-calls.so');
    this.#models = join(folder, 'models');
  }

  /** @param folder  for what it needs; made, and the caller's to remove */
  static async in(folder: string): Promise<TracedScript> {
    const script = new TracedScript(folder);
    mkdirSync(script.#models, { recursive: true });
    const source = join(root, 'test/power-cuts/traced-calls.c');
    const flags = ['-x', 'c', '-O1', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC'];
    const compiler = process.env['CXX'] ?? 'c++';
    execFileSync(compiler, [...flags, '-o', script.#library, source, '-ldl', '-lpthread']);
    const tinyModel = join(root, 'test/end-to-end/harness/tiny-model.mjs');
    const { writeTinyModel } = await import(pathToFileURL(tinyModel).href);
    for (const [i, name] of ['one', 'two', 'three'].entries())
      await writeTinyModel(join(script.#models, name), { seed: i + 1 });
    return script;
  }

  /**
   * @param run  names its root
   * @returns what it changed, and how it ended unless as it should
   */
  async run(run: string, fault: Fault | undefined = undefined): Promise<TracedRun> {
    const place = join(this.#folder, run);
    const trace = `${place}.trace`;
    for (const each of [place, trace, `${trace}.count`]) rmSync(each, { recursive: true, force: true });
    mkdirSync(place);
    const { code, signal, errors } = await ended(
      [join(root, 'test/power-cuts/script.mjs'), place, this.#models],
      {
        LD_PRELOAD: this.#library,
        ATTUNE_TRACE_ROOT: place,
        ATTUNE_TRACE: trace,
        UV_USE_IO_URING: '0',
        ...(fault && {
          ATTUNE_FAIL_AT: `${fault.at}`,
          ATTUNE_FAIL_WITH: fault.code,
          ...(fault.goesOn && { ATTUNE_FAIL_ON: '1' }),
        }),
      },
    );
    return {
      place,
      changes: readTrace(trace, place),
      ...(code !== 0 && { ending: `${signal ?? `exit code ${code}`}: ${errors.slice(-2000)}` }),
    };
  }
}

/** Which change fails, by its number from 1, and how. */
export interface Fault {
  at: number;
  code: 'EIO' | 'ENOSPC';
  /** Whether all changes after it fail too. */
  goesOn: boolean;
}

/** Kinds of failure take turns. */
export const faultAt = (at: number): Fault => ({
  at,
  code: at % 2 === 0 ? 'EIO' : 'ENOSPC',
  goesOn: at % 3 === 0,
});

export interface TracedRun {
  place: string;
  changes: Change[];
  ending?: string;
}

/** How many changes of files a trace has: marks are none. */
export const changesOf = (changes: readonly Change[]): number =>
  changes.filter(({ kind }) => kind !== 'mark').length;

export interface Cut {
  /** After so many changes. */
  after: number;
  loss: Loss;
  seed: number;
}

/** @returns what is wrong with what a power cut leaves */
export async function wrongAfterCut(
  changes: readonly Change[],
  cut: Cut,
  { folder, keeps }: { folder: string; keeps?: Keeps },
): Promise<string[]> {
  const disk = new Disk(keeps);
  let [count, end] = [0, 0];
  for (; end < changes.length && count < cut.after; end++) {
    const change = changes[end]!;
    disk.apply(change);
    if (change.kind !== 'mark') count++;
  }
  const unsynced = disk.unsynced();
  disk.cut(cut.loss, new Random(cut.seed));
  rmSync(folder, { recursive: true, force: true });
  disk.writeTo(folder);
  const wrong = await wrongBelow(folder, expectedAfter(changes.slice(0, end)), (name) => unsynced.has(name));
  rmSync(folder, { recursive: true, force: true });
  return wrong.map((what) => `cut ${JSON.stringify(cut)}: ${what}`);
}

/** @returns what is wrong after a run in which changes failed, as the next process finds it */
export async function wrongAfterFault(script: TracedScript, fault: Fault): Promise<string[]> {
  const { place, changes, ending } = await script.run('faulty', fault);
  const wrong = ending === undefined ? [] : [`the process ended with ${ending}`];
  wrong.push(...(await wrongBelow(place, expectedAfter(changes))));
  return wrong.map((what) => `fault ${JSON.stringify(fault)}: ${what}`);
}

interface Ending {
  code: number | null;
  signal: string | null;
  errors: string;
}

function ended(args: string[], env: Record<string, string>): Promise<Ending> {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const late = setTimeout(() => child.kill('SIGKILL'), mostRunMs);
  return new Promise((resolve) =>
    child.once('close', (code, signal) => {
      clearTimeout(late);
      resolve({ code, signal, errors });
    }),
  );
}
