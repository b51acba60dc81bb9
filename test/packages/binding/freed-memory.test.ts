import { execFileSync } from 'node:child_process';
import { addonPath } from '@attune/binding';
import { describe, expect, it } from 'vitest';

/**
 * What a process holds after it had 128 blocks of a MiB and kept every eighth: first a large block is freed, so that glibc takes blocks
 * of a MiB for small ones from then on.
 */
const program = `
const addon = require(process.argv[1]);
if (process.argv[2] === 'return') addon.returnFreedBlocks();
const block = (MiB) => new Uint8Array(MiB * 2 ** 20).fill(1);
const settle = async () => { for (let i = 0; i < 3; i++) { gc(); await new Promise((done) => setTimeout(done, 50)); } };
(async () => {
  block(30);
  await settle();
  const before = process.memoryUsage.rss();
  let kept = Array.from({ length: 128 }, () => block(1));
  kept = kept.filter((_, i) => i % 8 === 0);
  await settle();
  console.log(JSON.stringify({ kept: kept.length, grown: (process.memoryUsage.rss() - before) / 2 ** 20 }));
})();
`;

const grown = (mode: string): number => {
  const args = ['--expose-gc', '-e', program, addonPath(), mode];
  const { kept, grown } = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  expect(kept).toBe(16);
  return grown;
};

describe('addon.returnFreedBlocks', () => {
  it('lets the system have what lies between blocks that are still held', () => {
    expect(grown('return')).toBeLessThan(40);
  });

  it('is needed: without it the process holds all of it', () => {
    expect(grown('keep')).toBeGreaterThan(100);
  });
});
