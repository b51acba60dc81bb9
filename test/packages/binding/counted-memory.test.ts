import { execFileSync } from 'node:child_process';
import { addonPath } from '@attune/binding';
import { expect, it } from 'vitest';

/** The most that a process grows, in MiB, while it makes objects of 16 MiB or more, 64 one after another, and keeps none. */
const program = `
const addon = require(process.argv[1]);
const MiB = 2 ** 20;
const dim = 256;
const table = new Float32Array(4 * MiB).fill(1); // 16 MiB
const texts = { ids: Int32Array.of(0, 1), offsets: Uint32Array.of(0, 1, 2) };
const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
const make = {
  StaticEncoder: () => new addon.StaticEncoder(table, dim, { dense: [], normalize: true }),
  StaticTrainer: () => new addon.StaticTrainer(table, dim, texts, adam),
  AdapterTrainer: () => new addon.AdapterTrainer(table, dim, dim, adam),
}[process.argv[2]];
addon.returnFreedBlocks();
(async () => {
  const before = process.memoryUsage.rss();
  let most = before;
  for (let i = 0; i < 64; i++) {
    make();
    most = Math.max(most, process.memoryUsage.rss());
    await new Promise((done) => setTimeout(done, 5)); // what is garbage is freed between two turns
  }
  console.log((most - before) / MiB);
})();
`;

// JavaScript sees small objects. Did it not know what they hold, it would keep all of them: 1,024 MiB or more.
it.each(['StaticEncoder', 'StaticTrainer', 'AdapterTrainer'])(
  'a process that makes one %s after another does not keep them all',
  (name) => {
    const grown = Number(
      execFileSync(process.execPath, ['-e', program, addonPath(), name], { encoding: 'utf8' }),
    );
    expect(grown).toBeGreaterThan(15);
    expect(grown).toBeLessThan(700);
  },
);
