// npm run test:crash -- [--rounds 1000] [--state FILE] [--seed S]: kills the server while it writes, and compares what was acknowledged.
import { runHarness } from './harness.mjs';

await runHarness('crash-command');
