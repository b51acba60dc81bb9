// The whole check, cheapest first within what stands on what: node scripts/ci.mjs [stage …]
// Its last line adds up the tests of all runners. A stage without tests of its own counts as one.
import { addCounts, noCounts } from './counts.mjs';
import { nativeTests } from './native-tests.mjs';
import { smoke } from './pack.mjs';
import { runReferences } from './references.mjs';
import { run } from './run.mjs';
import { setup } from './setup.mjs';
import { allTests } from './test.mjs';

const one = (work) => async () => {
  await work();
  return { passed: 1, failed: 0, skipped: 0 };
};

const stages = [
  { name: 'setup', work: one(setup) },
  { name: 'format, lint, types', work: one(() => run(['npm', 'run', 'check'])) },
  { name: 'tests', work: allTests },
  { name: 'C++ tests under ASan and UBSan', work: () => nativeTests('address,undefined') },
  { name: 'C++ tests under TSan', work: () => nativeTests('thread') },
  { name: 'packed packages in an empty folder', work: one(smoke) },
  { name: 'demo', work: one(() => run(['npm', 'run', 'demo', '--', '--force'])) },
  { name: 'Python references', work: runReferences },
  { name: 'benchmarks at toy size', work: one(() => run(['npm', 'run', 'bench', '--', '--toy'])) },
];

const wanted = process.argv.slice(2);
let counts = noCounts();
for (const { name, work } of stages) {
  if (wanted.length > 0 && !wanted.includes(name)) {
    process.stdout.write(`\n== ${name}: not run, because other stages were named\n`);
    continue;
  }
  const startedAt = Date.now();
  process.stdout.write(`\n== ${name}\n`);
  try {
    counts = addCounts(counts, await work());
  } catch (error) {
    process.stdout.write(`${error.message}\n`);
    counts = addCounts(counts, { passed: 0, failed: 1, skipped: 0 });
  }
  process.stdout.write(`== ${name}: ${Math.round((Date.now() - startedAt) / 1000)} s\n`);
}
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
