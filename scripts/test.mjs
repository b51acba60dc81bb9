// npm test: installs and builds what is missing, then every test of the C++ core and of the packages.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { addCounts } from './counts.mjs';
import { nativeTests } from './native-tests.mjs';
import { root, run } from './run.mjs';
import { setup } from './setup.mjs';

/** Runs the tests of vitest's configuration, or of the one that the arguments name. */
export async function packageTests({ args = [], env = {} } = {}) {
  const reportFile = join(root, 'build/vitest.json');
  rmSync(reportFile, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const vitest = [
    process.execPath,
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    ...reporters,
    ...args,
  ];
  const { code } = await run(vitest, { mayFail: true, env });
  if (!existsSync(reportFile)) throw new Error(`vitest ended with exit code ${code} and without a report`);
  const report = JSON.parse(readFileSync(reportFile, 'utf8'));
  // A file that could not be loaded holds no test that failed, and yet the run did.
  const failed = report.numFailedTests > 0 || code === 0 ? report.numFailedTests : 1;
  return {
    passed: report.numPassedTests,
    failed,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: report.testResults.flatMap(failuresOf),
  };
}

/** Of a test file, as vitest's report has it. */
function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(root, name);
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0) return status === 'failed' ? [`${file}: ${whatFailed(message)}`] : [];
  return failed.map(
    ({ fullName, failureMessages }) => `${file} > ${fullName}: ${whatFailed(failureMessages[0])}`,
  );
}

/** What a message says before the calls that led to it: of a property also its seed, its counterexample and why that failed. */
function whatFailed(message = '') {
  const lines = message.split('\n').filter((line) => line.trim() !== '');
  const calls = lines.findIndex((line) => /^\s+at /.test(line));
  return lines
    .slice(0, Math.min(calls === -1 ? lines.length : calls, 12))
    .map((line) => line.slice(0, 1000))
    .join('\n  ');
}

export async function allTests() {
  await setup();
  return addCounts(await nativeTests(), await packageTests());
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const { passed, failed, skipped } = await allTests();
    process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
    process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
