// npm run test:tokenizers -- [--mutants 100000] [--seed S]: damaged tokenizer.json, many to a child process, and whether any of them ends it.
import { runHarness } from './harness.mjs';

await runHarness('mutants-command', 'packages/encode/tokenizer-mutants');
