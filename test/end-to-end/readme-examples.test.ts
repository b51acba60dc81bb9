import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writeDataset } from '@attune/data';
import ts from 'typescript';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../packages/server/running-server.js';
import { smallShop, writeSmallBase } from '../packages/tune/small-shop.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const packages = join(root, 'packages');
// Inside the checkout, so that attune and @attune/* are found as a user's program finds them.
const examples = join(root, 'build/readme-examples');
const folder = mkdtempSync(join(tmpdir(), 'attune-readme-'));
// Several make a data folder of this name, each as if it were the first.
afterEach(() => {
  for (const data of ['data', 'my-data']) rmSync(join(folder, data), { recursive: true, force: true });
});

// For the example of the client, which writes where a server listens unless set.
let server: RunningServer;
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Folders whose README may have an example, by the name of their test. The first README that anybody reads is one of them. */
const folders: Record<string, string> = {
  ...Object.fromEntries(readdirSync(packages).map((name) => [name, join(packages, name)])),
  attune: join(root, 'npm/attune'),
  'the project': root,
};
const exampleOf = (name: string): string | undefined => {
  const readme = join(folders[name]!, 'README.md');
  if (!existsSync(readme)) return undefined;
  return /```(?:ts|js)\n([\s\S]*?)```/.exec(readFileSync(readme, 'utf8'))?.[1];
};
const withExample = Object.keys(folders).filter((name) => exampleOf(name) !== undefined);

beforeAll(async () => {
  mkdirSync(examples, { recursive: true });
  // What the examples call by name: a dataset folder, and the shipped base, as small as can be.
  const shop = smallShop();
  // Every pair twice, so that they are enough to train on.
  const interactions = [...shop.interactions, ...shop.interactions];
  await writeDataset(join(folder, 'products'), { ...shop, interactions });
  await writeSmallBase(join(folder, 'models', 'attune-base-en'));
  server = await startServer();
});

function atServer(example: string): string {
  expect(example).toContain('http://127.0.0.1:7400');
  return example.replaceAll('http://127.0.0.1:7400', server.url);
}

it('each package that a program imports has an example', () => {
  expect(withExample).toEqual(
    expect.arrayContaining([
      'attune',
      'client',
      'data',
      'encode',
      'evaluate',
      'loop',
      'report',
      'search',
      'train',
    ]),
  );
});

it.each(withExample)('the example in the README of %s runs and prints', async (name) => {
  const example = name === 'client' ? atServer(exampleOf(name)!) : exampleOf(name)!;
  if (name === 'attune') expect(example.split('\n').filter(Boolean).length).toBeLessThanOrEqual(10);
  const { outputText } = ts.transpileModule(example, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const file = join(examples, `${name.replaceAll(' ', '-')}.mjs`);
  writeFileSync(file, outputText);
  const env = { ...process.env, ATTUNE_MODELS: join(folder, 'models') };
  const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: folder, env });
  expect(stdout.trim()).not.toBe('');
});
