// The stages of the check. A stage without tests of its own counts as one. By itself: node scripts/ci.mjs STAGE
import { fork } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { noCounts } from './counts.mjs';
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

export const stages = [
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

/** @returns what it counted, and what is said of it in the last table */
export async function runStage(name) {
  const { about, work } = stages.find((stage) => stage.name === name);
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
  return { counts, said };
}

/** In a process of its own, beside others; its output is shown once it has ended. */
export function runStageApart(name) {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(import.meta.url), [name], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    const output = [];
    let result;
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('message', (message) => {
      result = message;
    });
    child.on('close', (code) => {
      process.stdout.write(Buffer.concat(output));
      const counts = { ...noCounts(), failed: 1 };
      resolve(result ?? { counts, said: `its process ended with ${code}` });
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href)
  process.send(await runStage(process.argv[2]), () => process.disconnect());
