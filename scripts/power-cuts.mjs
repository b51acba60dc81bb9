// npm run test:power-cuts -- [--state FILE] [--seed S]: cuts the power after each change of files that a script makes, and has each of them fail.
import { runHarness } from './harness.mjs';

await runHarness('power-cuts-command', 'power-cuts');
