import { readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

// Tests import attune and @attune/* from the sources, so that a test never runs against a stale build.
const packages = readdirSync(new URL('packages', import.meta.url));
const sourceOf = (folder: string) => new URL(`${folder}/src/index.ts`, import.meta.url).pathname;
const alias = {
  ...Object.fromEntries(packages.map((name) => [`@attune/${name}`, sourceOf(`packages/${name}`)])),
  attune: sourceOf('npm/attune'),
};

export default defineConfig({
  resolve: { alias },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 60_000,
    maxWorkers: 2, // many tests wait for servers that they started; one fewer than the cores is the default
    pool: 'forks', // the addon lives in a process; worker threads are tested where that is the question
  },
});
