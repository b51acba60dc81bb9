import { defineConfig, mergeConfig } from 'vitest/config';
import project from '../../vitest.config.ts';

// Run by scripts/page.mjs, which finds a Chromium: these tests are not part of `npm test`.
export default mergeConfig(
  { ...project, test: { ...project.test, include: [] } },
  defineConfig({
    test: { include: ['test/page/**/*.page.ts'], hookTimeout: 120_000, fileParallelism: false },
  }),
);
