import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isLeftover, partialBeside, removeLeftovers } from '@attune/files';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'attune-leftovers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const indexes = pathToFileURL(join(import.meta.dirname, '../../../packages/indexes/dist/index.js'));

/** Saves an index of 128 MB as `path` again and again. */
const program = `
  import { FlatIndex } from ${JSON.stringify(indexes.href)};
  const index = new FlatIndex({ dim: 512, metric: 'cosine' });
  index.add(new Float32Array(65536 * 512).fill(1));
  for (;;) await index.save(process.argv[1]);
`;

it.each([
  ['a file', 'vectors.flat'],
  ['one of a long name', `${'n'.repeat(190)}🌲🌲🌲.flat`],
])(
  'what the core leaves of %s when it is killed is named as ours are, and removed with them',
  async (_, name) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, join(folder, name)], {
      stdio: 'inherit',
    });
    const gone = once(child, 'exit');
    let leftover: string | undefined;
    while (leftover === undefined) {
      leftover = readdirSync(folder).find((entry) => entry !== name);
      if (leftover === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    child.kill('SIGKILL');
    expect(await gone).toEqual([null, 'SIGKILL']);
    // It may have been renamed between the look and the end; then the next one was begun, or none.
    const left = readdirSync(folder).filter((entry) => entry !== name);
    const ours = partialBeside(join(folder, name)).slice(folder.length + 1);
    const withoutRandom = (entry: string) => entry.replace(/-\d+-[0-9a-f]{16}$/, '');
    expect(isLeftover(leftover)).toBe(true);
    expect(withoutRandom(leftover)).toBe(withoutRandom(ours));
    expect(leftover).toContain(`-${child.pid}-`);
    await removeLeftovers(folder, 'another');
    expect(readdirSync(folder).filter((entry) => entry !== name)).toEqual(left);
    await removeLeftovers(folder, name);
    expect(readdirSync(folder).filter((entry) => entry !== name)).toEqual([]);
    rmSync(join(folder, name), { force: true });
  },
);
