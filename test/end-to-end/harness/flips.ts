import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { Random } from './random.js';
import { root } from './repository.js';

/** What is damaged: `attune.db`, or indexes, manifests, models and what jobs keep. */
export type FlipKind = 'store' | 'derived';

export interface FlipOptions {
  /** For the data folders; it is made, and removed at the end. */
  folder: string;
  of: FlipKind;
  /** So many bits, drawn by a seed; every bit in its order where it is not set. */
  drawn?: { seed: number; count: number } | undefined;
  /** Flips before this one are left out. */
  from?: number | undefined;
  /** Flips from this one on are left out. */
  to?: number | undefined;
  /** In so many flips of the store one is also written over; none unless set. */
  writeEvery?: number | undefined;
  /** Told of flips that are done; what `wrong` has by then stays. */
  onProgress?: ((progress: { done: number; to: number; figures: FlipFigures }) => void) | undefined;
}

export interface FlipFigures {
  flips: number;
  /** Every answer was right. */
  same: number;
  /** Some reading threw an error that names the file. */
  error: number;
  /** Some reading of a row found nothing, and the scrub names the damage. */
  hidden: number;
  /** Whatever else happened. */
  wrong: string[];
}

interface Line {
  total?: number;
  to?: number;
  done?: number;
  counts?: Pick<FlipFigures, 'same' | 'error' | 'hidden'>;
  wrong?: { number: number; bit: number; file: string; byte: number; what: string };
}

const harness = join(root, 'test/end-to-end/harness');
const bitsDrawnFrom = 2 ** 31;
/** Enough to see what is wrong. */
const mostWrong = 50;
/** A flip takes some milliseconds, and a hundred with writes; one that takes so long hangs. */
const longestFlipMs = 60_000;

/** Flips bits of a small data folder one by one; each is read in a process that many of them share. */
export async function runFlips(options: FlipOptions): Promise<FlipFigures> {
  const { folder, of, drawn, writeEvery = 0, onProgress } = options;
  const { makeFlipFolder } = await import(pathToFileURL(join(harness, 'flip-folder.mjs')).href);
  const sound: string = await makeFlipFolder(join(folder, 'sound'));
  const data = join(folder, 'data');
  const at = join(folder, 'at');
  const bits = join(folder, 'bits.json');
  if (drawn) {
    const random = new Random(drawn.seed);
    const list = Array.from({ length: drawn.count }, () => random.between(0, bitsDrawnFrom - 1));
    mkdirSync(folder, { recursive: true });
    writeFileSync(bits, JSON.stringify(list));
  }
  const figures: FlipFigures = { flips: 0, same: 0, error: 0, hidden: 0, wrong: [] };
  let from = options.from ?? 0;
  try {
    while (figures.wrong.length < mostWrong) {
      // A child that died left its bit flipped.
      rmSync(data, { recursive: true, force: true });
      cpSync(sound, data, { recursive: true });
      const before = { ...figures };
      const start = { folder: data, of, at, from, to: options.to, writeEvery, ...(drawn && { bits }) };
      const ended = await runChild(start, (line) => {
        if (line.wrong) figures.wrong.push(JSON.stringify(line.wrong));
        if (line.done === undefined) return;
        for (const key of ['same', 'error', 'hidden'] as const)
          figures[key] = before[key] + line.counts![key];
        figures.flips = before.flips + line.done - from;
        onProgress?.({ done: line.done, to: line.to ?? Number.NaN, figures });
      });
      if (ended === undefined) break;
      const number = Number(readFileSync(at, 'utf8'));
      if (!Number.isSafeInteger(number) || number < from)
        throw new Error(`The flips did not begin: ${ended}`);
      figures.wrong.push(JSON.stringify({ number, what: `the process ended: ${ended}` }));
      figures.flips = before.flips + number + 1 - from;
      from = number + 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return figures;
}

/** Ends the child where it stays at one flip for a minute. @returns how it ended, unless it came to its end */
function runChild(start: { at: string }, onLine: (line: Line) => void): Promise<string | undefined> {
  const child = spawn(process.execPath, [join(harness, 'flip-child.mjs'), JSON.stringify(start)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors = `${errors}${chunk}`.slice(-2000);
  });
  let to: number | undefined;
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as Line;
    to = line.to ?? to;
    onLine({ ...line, ...(to !== undefined && { to }) });
  });
  let [lastAt, since] = ['', performance.now()];
  const watch = setInterval(() => {
    const at = existsSync(start.at) ? readFileSync(start.at, 'utf8') : '';
    if (at !== lastAt) [lastAt, since] = [at, performance.now()];
    if (performance.now() - since < longestFlipMs) return;
    errors = `${errors}it stayed at one flip for ${longestFlipMs / 1000} s`;
    child.kill('SIGKILL');
  }, longestFlipMs / 20);
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      clearInterval(watch);
      resolve(code === 0 ? undefined : `${signal ?? code}: ${errors}`);
    });
  });
}
