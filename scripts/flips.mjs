// npm run test:flips -- [--of store|derived] [--seed S]: flips bits of a small data folder, every one or those of a seed.
import { runHarness } from './harness.mjs';

await runHarness('flip-command');
