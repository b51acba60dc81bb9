import { readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Tests import attune and @attune/* from the sources, so that a test never runs against a stale build.
const packages = readdirSync(new URL('packages', import.meta.url));
const sourceOf = (folder: string) => new URL(`${folder}/src/index.ts`, import.meta.url).pathname;
const alias = {
  '@attune/schema/typebox': new URL('packages/schema/src/typebox.ts', import.meta.url).pathname,
  ...Object.fromEntries(packages.map((name) => [`@attune/${name}`, sourceOf(`packages/${name}`)])),
  attune: sourceOf('npm/attune'),
};

/** Files that take minutes, though some of them are small: begun last, one of them would run alone at the end. */
const longest = [
  'end-to-end/cycle-icons',
  'end-to-end/homedepot',
  'end-to-end/flips',
  'end-to-end/faults',
  'packages/service/open-collections',
  'packages/service/search-model',
  'packages/loop/cycle-icons',
  'packages/service/index-files',
  'end-to-end/crash',
].map((name) => new URL(`test/${name}.test.ts`, import.meta.url).pathname);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => longest.includes(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  resolve: { alias },
  test: {
    include: ['test/**/*.test.ts'],
    sequence: { sequencer: LongestFirst },
    testTimeout: 240_000,
    hookTimeout: 60_000,
    maxWorkers: 2, // many tests wait for servers that they started; one fewer than the cores is the default
    // TypeBox is 683 files, which every test file would read again.
    deps: { optimizer: { ssr: { enabled: true, include: ['typebox', 'typebox/compile', 'typebox/value'] } } },
    pool: 'forks', // the addon lives in a process; worker threads are tested where that is the question
  },
});
