// Runs a command as the other scripts need it: output shown as it comes, and kept, and a failure named.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** The package manager, at the version that package.json names, whatever is installed on the machine. */
export const pnpm = ['npx', '--yes', 'pnpm@10.34.9'];

/** @returns what the command wrote to stdout and stderr. Rejects when it fails, unless `mayFail`. */
export function run(command, { cwd = root, env = {}, quiet = false, mayFail = false } = {}) {
  return new Promise((resolve, reject) => {
    const [program, ...args] = command;
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (stream) => (chunk) => {
      output += chunk;
      if (!quiet) stream.write(chunk);
    };
    child.stdout.on('data', keep(process.stdout));
    child.stderr.on('data', keep(process.stderr));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0 || mayFail) return resolve({ code, output });
      if (quiet) process.stderr.write(output);
      reject(new Error(`'${command.join(' ')}' ended with exit code ${code}`));
    });
  });
}
