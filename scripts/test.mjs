// npm test: installs and builds what is missing, then every test of the C++ core and of the packages.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { addCounts } from './counts.mjs';
import { nativeTests } from './native-tests.mjs';
import { root, run } from './run.mjs';
import { setup } from './setup.mjs';

const vitestReport = 'build/vitest.json';

export async function allTests() {
  await setup();
  const native = await nativeTests();
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`];
  const { code } = await run(['npx', '--no-install', 'vitest', 'run', ...reporters], { mayFail: true });
  const report = JSON.parse(readFileSync(`${root}/${vitestReport}`, 'utf8'));
  const packages = {
    passed: report.numPassedTests,
    failed: report.numFailedTests + (code !== 0 && report.numFailedTests === 0 ? 1 : 0),
    skipped: report.numPendingTests + report.numTodoTests,
  };
  return addCounts(native, packages);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { passed, failed, skipped } = await allTests();
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}
