// npm run demo: installs and builds what is missing, then the main job on the icons: attune demo, with its results in
// demo-output/. Arguments are passed on, such as --data DIR or --force.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './run.mjs';
import { setup } from './setup.mjs';

await setup();
const given = process.argv.slice(2);
const args = given.includes('--out')
  ? given
  : ['--out', join(root, 'demo-output'), '--force', ...given.filter((arg) => arg !== '--force')];
const { status } = spawnSync(process.execPath, [join(root, 'packages/cli/dist/main.js'), 'demo', ...args], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
