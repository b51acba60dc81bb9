// npm run demo: installs and builds what is missing, then the main job on the icons: attune demo, with its results in
// demo-output/. Arguments are passed on, such as --language zh, --data DIR or --force.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './run.mjs';
import { setupOrExit } from './setup.mjs';

await setupOrExit();
const given = process.argv.slice(2);
// demo-output/ is the demo's own and written anew; a folder that was named is not, unless --force says so.
const args = given.includes('--out') ? given : ['--out', join(root, 'demo-output'), '--force', ...given];
const main = join(root, 'packages/cli/dist/main.js');
const { status } = spawnSync(process.execPath, [main, 'demo', ...args], { stdio: 'inherit' });
process.exitCode = status ?? 1;
