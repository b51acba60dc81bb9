import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../../end-to-end/harness/repository.js';
import { awkwardTexts } from './awkward-texts.js';
import { mutantOf } from './mutate-tokenizer.js';

export interface MutantFigures {
  /** Mutants that were tried. */
  tried: number;
  /** Those that were refused when they were built. */
  refused: number;
  /** Those that were built, and refused a text with an error. */
  failed: number;
  /** Those that tokenised every text. */
  tokenised: number;
  /** What ended or held a process, each with its seed and number. */
  violations: string[];
}

export const noMutants = (): MutantFigures => ({
  tried: 0,
  refused: 0,
  failed: 0,
  tokenised: 0,
  violations: [],
});

export interface TryOptions {
  seed: number;
  /** The first mutant and the one after the last. */
  from: number;
  to: number;
  /** Told after each. */
  onMutant?: ((figures: MutantFigures) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** A mutant that takes longer holds whoever tokenises with it. */
const longestMs = 60_000;
const program = join(root, 'test/packages/encode/tokenizer-mutants/tokenise-mutants.mjs');

/** Tries mutants in a child process, many in one. One that ends is a violation, and the next child goes on after it. */
export async function tryMutants(options: TryOptions, figures = noMutants()): Promise<MutantFigures> {
  const { seed, from, to, onMutant, signal } = options;
  let child: ChildProcess | undefined;
  try {
    for (let number = from; number < to && !signal?.aborted; number++) {
      child ??= fork(program, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
      const mutant = mutantOf(seed, number);
      const outcome = await outcomeOf(child, { number, mutant, texts: awkwardTexts });
      figures.tried++;
      if (outcome === 'refused' || outcome === 'failed' || outcome === 'tokenised') figures[outcome]++;
      else {
        const { name, changes } = mutant;
        figures.violations.push(
          `seed ${seed}, mutant ${number} (${name}: ${changes.join(', ')}): ${outcome}`,
        );
        child.kill('SIGKILL');
        child = undefined;
      }
      onMutant?.(figures);
    }
  } finally {
    child?.kill('SIGKILL');
  }
  return figures;
}

function outcomeOf(child: ChildProcess, message: object): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    const timer = setTimeout(() => settle(`not done in ${longestMs} ms`), longestMs);
    const onSaid = (part: Buffer) => {
      said = (said + part).slice(-2000);
    };
    const onMessage = ({ outcome }: { outcome: string }) => settle(outcome);
    const onExit = (code: number | null, signal: string | null) => {
      // What it said last may come after its end.
      setTimeout(() => settle(`ended the process (${signal ?? code}): ${said.trim().slice(0, 400)}`), 100);
    };
    const settle = (outcome: string) => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit);
      child.stderr!.off('data', onSaid);
      resolve(outcome);
    };
    child.stderr!.on('data', onSaid);
    child.on('message', onMessage).on('exit', onExit);
    child.send(message);
  });
}
