// The C++ tests under ctest, once per CPU level that this machine runs; with a sanitizer when one is named. Races are looked for at the
// fastest level alone, because kernels share nothing, and all else is the same at every level:
//   node scripts/native-tests.mjs [address,undefined | thread]
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { addCounts, noCounts } from './counts.mjs';
import { addonBuild, buildNative, configureNative } from './native-build.mjs';
import { run } from './run.mjs';
import { setup } from './setup.mjs';

/** The levels this CPU runs, as the core itself names them. */
async function levels(build) {
  const { output } = await run([`${build}/test/native/list_levels`], { quiet: true });
  return output.trim().split('\n');
}

function doctestCounts(output) {
  let counts = noCounts();
  // What doctest calls skipped are the cases that a `--test-case` of ctest did not ask for.
  const summaries = output.matchAll(/test cases:\s+\d+ \|\s+(\d+) passed \|\s+(\d+) failed/g);
  for (const [, passed, failed] of summaries) {
    counts = addCounts(counts, { passed: Number(passed), failed: Number(failed), skipped: 0 });
  }
  return counts;
}

/**
 * Without a sanitizer they are built beside the addon, which setup() has to have configured.
 * @returns numbers of test cases, added up over the levels; a program that ends without a summary counts as a failure
 */
export async function nativeTests(sanitizer = '') {
  const build = sanitizer ? `build/test-${sanitizer.replace(',', '-')}` : addonBuild;
  const other = ['-DATTUNE_ADDON=OFF', `-DATTUNE_SANITIZER=${sanitizer}`, '-DCMAKE_BUILD_TYPE=None'];
  process.stderr.write(`Building the C++ tests in ${build} …\n`);
  await configureNative(build, ['-DATTUNE_TESTS=ON', ...(sanitizer ? other : [])]);
  await buildNative(build);
  let counts = noCounts();
  const all = await levels(build);
  for (const level of sanitizer === 'thread' ? all.slice(-1) : all) {
    const startedAt = Date.now();
    const env = { ATTUNE_LEVEL: level, TSAN_OPTIONS: 'halt_on_error=1', ASAN_OPTIONS: 'detect_leaks=1' };
    const parallel = ['--parallel', String(availableParallelism())];
    const ctest = ['ctest', '--test-dir', build, '--verbose', '--timeout', '600', ...parallel];
    const { code, output } = await run(ctest, { env, quiet: true, mayFail: true });
    const found = doctestCounts(output);
    if (code !== 0) {
      process.stdout.write(output);
      if (found.failed === 0) found.failed = 1;
    }
    const where = `at level ${level}${sanitizer ? `, sanitizers ${sanitizer}` : ''}`;
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    process.stdout.write(
      `C++ tests ${where}: ${found.passed} passed, ${found.failed} failed, ${seconds} s\n`,
    );
    counts = addCounts(counts, found);
  }
  if (counts.passed === 0) throw new Error('The C++ tests ran no test case');
  return counts;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (!process.argv[2]) await setup();
  const { passed, failed, skipped } = await nativeTests(process.argv[2]);
  process.stdout.write(`C++: ${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  process.exitCode = failed > 0 ? 1 : 0;
}
