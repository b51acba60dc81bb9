import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';
import type { CollectionRecord, ReleaseRecord, SearchRecord } from '@attune/store';
import { afterAll } from 'vitest';

export const collection: CollectionRecord = {
  createdAt: 1,
  release: 1,
  golden: null,
  learning: {
    schedule: null,
    everyJudgedQueries: null,
    promotion: 'byHand',
    datasets: [],
    actionWeights: { click: 1 },
  },
};

export const release: ReleaseRecord = {
  createdAt: 1,
  bundle: 'base',
  fingerprint: 'f1',
  lexical: {},
  reason: 'first',
  of: null,
};

export const search = (queryId: string, more: Partial<SearchRecord> = {}): SearchRecord => ({
  queryId,
  collection: 'icons',
  text: 'lamp',
  at: 1000,
  release: 1,
  fingerprint: 'f1',
  hits: ['a', 'b'],
  offset: 0,
  ...more,
});

export const upsert = (id: string, title = id) => ({ op: 'upsert' as const, id, fields: { title } });

/** A folder that goes when the test file ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'attune-store-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The error of a call, which has to be one of ours. */
export async function errorOf(call: () => unknown): Promise<AttuneError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof AttuneError) return error;
    throw error;
  }
  throw new Error('Expected an error, but there was none');
}

/** What a program of the tests starts with: the built package, and its argument as `data`. */
const head = `
  const { Store, StoreReader } = await import(${JSON.stringify(new URL('../../../packages/store/dist/index.js', import.meta.url).href)});
  const data = process.argv[1];
  const collection = ${JSON.stringify(collection)};
  const release = ${JSON.stringify(release)};
  const upsert = (id, title = id) => ({ op: 'upsert', id, fields: { title } });
  const say = (line) => process.stdout.write(JSON.stringify(line) + '\\n');
`;

/** Command and arguments of a process that runs `source` after the head. */
export const programOf = (source: string, data: string): [string, ...string[]] => [
  process.execPath,
  '--input-type=module',
  '-e',
  head + source,
  data,
];

export interface Program {
  process: ChildProcess;
  /** Every whole line that it said, in order. */
  lines: unknown[];
  /** The line of this number, from 0, once it was said. */
  line: (number: number) => Promise<never>;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; errors: string }>;
}

export function start([command, ...args]: [string, ...string[]], options: SpawnOptions = {}): Program {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const lines: unknown[] = [];
  const waiting: { number: number; resolve: (line: never) => void; reject: (error: Error) => void }[] = [];
  let rest = '';
  let errors = '';
  child.stderr!.on('data', (chunk) => {
    errors += chunk;
  });
  child.stdout!.on('data', (chunk) => {
    const whole = (rest + chunk).split('\n');
    rest = whole.pop()!;
    for (const line of whole) lines.push(JSON.parse(line));
    for (const { number, resolve } of waiting) {
      if (number < lines.length) resolve(lines[number] as never);
    }
  });
  const ended = new Promise<Awaited<Program['ended']>>((done) => {
    child.once('close', (code, signal) => {
      for (const { reject } of waiting)
        reject(new Error(`The program ended (${code}, ${signal}): ${errors}`));
      done({ code, signal, errors });
    });
  });
  const line = (number: number) =>
    new Promise<never>((resolve, reject) => {
      if (number < lines.length) resolve(lines[number] as never);
      else waiting.push({ number, resolve, reject });
    });
  return { process: child, lines, line, ended };
}
