// npm run test:fuzz -- [--minutes 10] [--target NAME] [--seed S]: mutants of everything that strangers write, and whether each is read or refused.
import { runHarness } from './harness.mjs';

await runHarness('fuzz-command', 'fuzz');
