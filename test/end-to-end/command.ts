/** The built `attune` command, run as a user runs it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const main = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));

export interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

export interface RunOptions {
  input?: string | undefined;
  env?: Record<string, string> | undefined;
  /** Is given the process as soon as it runs. */
  onStart?: ((child: ChildProcess) => void) | undefined;
}

export function attune(
  args: readonly string[],
  { input = '', env, onStart }: RunOptions = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...env } });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    onStart?.(child);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
    child.stdin.on('error', () => undefined); // a command that fails early reads no input
    child.stdin.end(input);
  });
}

export interface RunningServer {
  url: string;
  pid: number;
  /** All that its line of JSON says. */
  line: Record<string, unknown>;
  child: ChildProcess;
  /** Resolves when it has ended, with all that it wrote. */
  ended: Promise<Outcome>;
  /** Sends the signal, and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Outcome>;
}

/** `attune serve DATA --port 0`, from the line on that says where it listens. */
export const attuneServe = (args: readonly string[], options: RunOptions = {}): Promise<RunningServer> =>
  untilItListens(['serve', ...args], options);

/** `attune up LOG --port 0`, with its line. */
export const attuneUp = (args: readonly string[], options: RunOptions = {}): Promise<RunningServer> =>
  untilItListens(['up', ...args], options);

function untilItListens(args: readonly string[], options: RunOptions): Promise<RunningServer> {
  return new Promise((resolve, reject) => {
    const ended = attune([...args, '--port', '0', '--json'], {
      ...options,
      onStart: (child) => {
        let said = '';
        child.stdout?.on('data', (text: string) => {
          said += text;
          const end = said.indexOf('\n');
          if (end === -1) return;
          const line = JSON.parse(said.slice(0, end)) as { url: string; pid: number };
          const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
            child.kill(signal);
            return ended;
          };
          resolve({ ...line, line, child, ended, stop });
        });
      },
    });
    ended.then(({ err, code }) => reject(new Error(`attune ${args[0]} ended with ${code}: ${err}`)), reject);
  });
}
