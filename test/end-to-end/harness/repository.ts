/** Where the checkout is: these modules run as sources under vitest and compiled from build/ by the commands. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'pnpm-workspace.yaml'))) {
    if (dirname(folder) === folder) throw new Error('The harness found no pnpm-workspace.yaml above itself');
    folder = dirname(folder);
  }
  return folder;
}

export const root = findRoot();
export const attuneMain = join(root, 'packages/cli/dist/main.js');
export const shippedBase = join(root, 'npm/base-en/attune-base-en');
