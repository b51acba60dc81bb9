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
