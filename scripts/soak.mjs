// npm run test:soak -- [--minutes 60]: mixed load with a training inside, and whether memory stays flat.
import { runHarness } from './harness.mjs';

await runHarness('soak-command');
