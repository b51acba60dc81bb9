// The whole check, cheapest first within what stands on what: node scripts/ci.mjs [STAGE …]
// Its last line adds up the tests of all runners.
import { addCounts, noCounts } from './counts.mjs';
import { runStage, runStageApart, stages } from './stages.mjs';

/** What uses about one processor each, at once with the other lane, after all else. */
const lanes = [
  ['page', 'packed', 'fuzzers', 'benchmarks'],
  ['demo', 'references'], // which reads what the demo has made
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !stages.some((stage) => stage.name === name));
if (unknown.length > 0) {
  const names = stages.map((stage) => stage.name).join(', ');
  process.stderr.write(`No stage is called ${unknown.join(', ')}. The stages: ${names}\n`);
  process.exit(2);
}

const results = new Map();
if (wanted.length > 0) {
  for (const { name } of stages) if (wanted.includes(name)) results.set(name, await runStage(name));
} else {
  for (const { name } of stages) if (!lanes.flat().includes(name)) results.set(name, await runStage(name));
  await Promise.all(
    lanes.map(async (lane) => {
      for (const name of lane) results.set(name, await runStageApart(name));
    }),
  );
}

const notRun = {
  counts: { ...noCounts(), skipped: 1 },
  said: 'not run, because other stages were named',
};
process.stdout.write('\nstage        passed  failed  skipped\n');
let all = noCounts();
for (const { name } of stages) {
  const { counts, said } = results.get(name) ?? notRun;
  const { passed, failed, skipped } = counts;
  const numbers = `${`${passed}`.padStart(6)}  ${`${failed}`.padStart(6)}  ${`${skipped}`.padStart(7)}`;
  process.stdout.write(`${name.padEnd(12)} ${numbers}   ${said}\n`);
  all = addCounts(all, counts);
}
const { passed, failed, skipped, failures } = all;
for (const failure of failures) process.stdout.write(`FAILED ${failure}\n`);
process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
