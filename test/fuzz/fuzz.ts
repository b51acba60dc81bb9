/** Mutants of a target's inputs, one after the other, and what came of them. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { AttuneError } from '@attune/errors';
import { root } from '../end-to-end/harness/repository.js';
import { type Material, mutantOf } from './mutate.js';
import { Watchdog } from './watchdog.js';

/** A reader of something that strangers write, and what has to hold of it. */
export interface Target extends Omit<Material, 'seeds'> {
  name: string;
  /** Inputs beside those that are kept under corpus/NAME. */
  seeds?: (() => readonly Buffer[] | Promise<readonly Buffer[]>) | undefined;
  /**
   * Reads an input, and throws unless all is as it has to be. An AttuneError refuses the input, which is right too.
   *
   * @returns a word for what it was read as: inputs with a new one are drawn from as well
   */
  read(input: Buffer): Promise<string> | string;
}

export interface FuzzFigures {
  tried: number;
  /** Inputs that were read, and inputs that were refused. */
  read: number;
  refused: number;
  /** By what they came to, the inputs that mutants are made of. */
  pool: Map<string, Buffer>;
  /** Each with the file that has its input. */
  violations: string[];
  /** Bytes of memory that the last four fifths of the cases left behind. */
  grownBytes: number;
}

export interface FuzzOptions {
  seed: number;
  /** Mutants before this one are left out. */
  from?: number | undefined;
  to: number;
  signal?: AbortSignal | undefined;
  /** For inputs that broke something; build/fuzz unless set. */
  folder?: string | undefined;
}

/** Enough to see what is wrong. */
export const mostViolations = 20;
const mostInPool = 400;
/** A message that is longer tells the input rather than the fault. */
const longestMessage = 4000;

export const noFigures = (): FuzzFigures => ({
  tried: 0,
  read: 0,
  refused: 0,
  pool: new Map(),
  violations: [],
  grownBytes: 0,
});

export const fuzzFolder = join(root, 'build/fuzz');

/** The kept inputs of a target, and its own. */
export async function seedsOf({ name, seeds }: Target): Promise<Buffer[]> {
  const folder = join(root, 'test/fuzz/corpus', name);
  const kept = existsSync(folder) ? readdirSync(folder).sort() : [];
  return [...((await seeds?.()) ?? []), ...kept.map((file) => readFileSync(join(folder, file)))];
}

/** Reads every seed, then mutants of the seeds and of those mutants that came to something new. */
export async function fuzz(
  target: Target,
  options: FuzzOptions,
  figures = noFigures(),
): Promise<FuzzFigures> {
  const { seed, from = 0, to, signal, folder = fuzzFolder } = options;
  const seeds = await seedsOf(target);
  const at = join(folder, `${target.name}.at`);
  mkdirSync(folder, { recursive: true });
  const watchdog = new Watchdog(`${target.name}, whose input is in ${at}`);
  let before = 0;
  const lost: unknown[] = [];
  const onLost = (error: unknown) => lost.push(error);
  process.on('unhandledRejection', onLost);
  const tryOne = async (input: Buffer, what: string) => {
    writeFileSync(at, input);
    watchdog.stroke();
    let { came, said } = await outcomeOf(target, input);
    await new Promise((resolve) => setImmediate(resolve));
    if (lost.length > 0) [came, said] = ['wrong', `nobody waited for ${shownError(lost.pop())}`];
    if (came === 'wrong') {
      const file = join(
        folder,
        `${target.name}-${createHash('sha256').update(input).digest('hex').slice(0, 12)}`,
      );
      writeFileSync(file, input);
      figures.violations.push(`${target.name}, ${what}: ${said} (${file})`);
      return;
    }
    figures[came] += 1;
    if (!figures.pool.has(said) && figures.pool.size < mostInPool) figures.pool.set(said, input);
  };
  try {
    if (from === 0) for (const [i, input] of seeds.entries()) await tryOne(input, `seed ${i}`);
    for (let number = from; number < to && !signal?.aborted; number++) {
      if (figures.violations.length >= mostViolations) break;
      if (number === from + Math.floor((to - from) / 5)) before = memoryInUse();
      // Every other one of a seed: what came to something new is mostly what was refused.
      const drawn = number % 2 === 0 || figures.pool.size === 0 ? seeds : [...figures.pool.values()];
      await tryOne(mutantOf({ ...target, seeds: drawn }, seed, number), `mutant ${number} of seed ${seed}`);
      figures.tried += 1;
    }
    figures.grownBytes = memoryInUse() - before;
  } finally {
    await watchdog.end();
    process.off('unhandledRejection', onLost);
    rmSync(at, { force: true });
  }
  return figures;
}

interface Outcome {
  came: 'read' | 'refused' | 'wrong';
  said: string;
}

/** An input is refused as it has to be by an AttuneError that says why. */
async function outcomeOf(target: Target, input: Buffer): Promise<Outcome> {
  try {
    return { came: 'read', said: await target.read(input) };
  } catch (error) {
    if (!(error instanceof AttuneError) || error.code === 'INTERNAL')
      return { came: 'wrong', said: shownError(error) };
    const { code, message } = error;
    if (message.length <= longestMessage)
      return { came: 'refused', said: `${code} ${kindOfMessage(message)}` };
    return { came: 'wrong', said: `a message of ${message.length} characters: ${message.slice(0, 300)}` };
  }
}

/** What is common to messages of one kind: no numbers, no names. */
const kindOfMessage = (message: string) =>
  message
    .replace(/"(?:[^"\\]|\\.)*"?|`[^`]*`?|'[^']*'?|\[[^\]]*\]?|[\d.,e+-]*\d/g, '#')
    .replace(/[^\x20-\x7e]+/g, '')
    .slice(0, 80);

const shownError = (error: unknown) =>
  (error instanceof Error ? (error.stack ?? error.message) : String(error))
    .split('\n', 5)
    .join(' ')
    .slice(0, 600);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function memoryInUse(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
