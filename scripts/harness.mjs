// Runs a command of a folder below test: builds what is missing, then the compiled command with this one's arguments.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root, run } from './run.mjs';
import { setupOrExit } from './setup.mjs';

export async function runHarness(name, folder = 'end-to-end/harness') {
  await setupOrExit();
  await run([process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '--build', 'test'], {
    quiet: true,
  });
  const compiled = join(root, 'build/test-types', folder, `${name}.js`);
  const child = spawn(process.execPath, [compiled, ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
}
