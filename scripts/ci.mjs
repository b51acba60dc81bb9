// The whole check, cheapest first within what stands on what: node scripts/ci.mjs [STAGE …]
// Its last line adds up the tests of all runners. A stage without tests of its own counts as one.
import { addCounts, noCounts } from './counts.mjs';
import { nativeFuzz } from './native-fuzz.mjs';
import { nativeTests } from './native-tests.mjs';
import { smoke } from './pack.mjs';
import { pageTests } from './page.mjs';
import { runReferences } from './references.mjs';
import { run } from './run.mjs';
import { setup } from './setup.mjs';
import { allTests } from './test.mjs';

const one = (work) => async () => {
  await work();
  return { ...noCounts(), passed: 1 };
};

const stages = [
  { name: 'setup', work: one(setup) },
  { name: 'check', about: 'format, lint, types', work: one(() => run(['npm', 'run', 'check'])) },
  { name: 'tests', about: 'npm test', work: allTests },
  { name: 'page', about: 'the web page in Chromium', work: pageTests },
  {
    name: 'address',
    about: 'C++ tests at each level under ASan and UBSan',
    work: () => nativeTests('address,undefined'),
  },
  { name: 'thread', about: 'C++ tests at the fastest level under TSan', work: () => nativeTests('thread') },
  {
    name: 'fuzzers',
    about: 'libFuzzer over what the core reads, under ASan and UBSan',
    work: () => nativeFuzz({ seconds: 30, seed: 1 }),
  },
  { name: 'packed', about: 'the packed packages in an empty folder', work: one(smoke) },
  { name: 'demo', about: 'npm run demo', work: one(() => run(['npm', 'run', 'demo'])) },
  { name: 'references', about: 'golden figures and bundles in Python', work: runReferences },
  {
    name: 'benchmarks',
    about: 'each once at toy size',
    work: one(() => run(['npm', 'run', 'bench', '--', '--toy'])),
  },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !stages.some((stage) => stage.name === name));
if (unknown.length > 0) {
  const names = stages.map((stage) => stage.name).join(', ');
  process.stderr.write(`No stage is called ${unknown.join(', ')}. The stages: ${names}\n`);
  process.exit(2);
}

const results = [];
for (const { name, about, work } of stages) {
  if (wanted.length > 0 && !wanted.includes(name)) {
    results.push({
      name,
      counts: { ...noCounts(), skipped: 1 },
      said: 'not run, because other stages were named',
    });
    continue;
  }
  const startedAt = Date.now();
  process.stdout.write(`\n== ${name}${about ? `: ${about}` : ''}\n`);
  let counts = { ...noCounts(), failed: 1 };
  try {
    counts = await work();
  } catch (error) {
    process.stdout.write(`${error.message}\n`);
  }
  const said = counts.notRun ?? `${Math.round((Date.now() - startedAt) / 1000)} s`;
  process.stdout.write(`== ${name}: ${counts.failed > 0 ? 'FAILED, ' : ''}${said}\n`);
  results.push({ name, counts, said });
}

process.stdout.write('\nstage        passed  failed  skipped\n');
for (const { name, counts, said } of results) {
  const { passed, failed, skipped } = counts;
  const numbers = `${`${passed}`.padStart(6)}  ${`${failed}`.padStart(6)}  ${`${skipped}`.padStart(7)}`;
  process.stdout.write(`${name.padEnd(12)} ${numbers}   ${said}\n`);
}
const { passed, failed, skipped, failures } = results
  .map(({ counts }) => counts)
  .reduce(addCounts, noCounts());
for (const failure of failures) process.stdout.write(`FAILED ${failure}\n`);
process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
