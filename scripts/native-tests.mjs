// The C++ tests under ctest, once per CPU level that this machine runs; with a sanitizer when one is named:
//   node scripts/native-tests.mjs [address,undefined | thread]
import { pathToFileURL } from 'node:url';
import { addCounts, noCounts } from './counts.mjs';
import { run } from './run.mjs';

/** The levels this CPU runs, as the core itself names them. */
async function levels(build) {
  const { output } = await run([`${build}/test/native/list_levels`], { quiet: true });
  return output.trim().split('\n');
}

function doctestCounts(output) {
  let counts = noCounts();
  // What doctest calls skipped are the cases that a `--test-case` of ctest did not ask for.
  const summaries = output.matchAll(
    /test cases:\s+\d+ \|\s+(\d+) passed \|\s+(\d+) failed \|\s+(\d+) skipped/g,
  );
  for (const [, passed, failed] of summaries) {
    counts = addCounts(counts, { passed: Number(passed), failed: Number(failed), skipped: 0 });
  }
  return counts;
}

export async function nativeTests(sanitizer = '') {
  const build = `build/test${sanitizer ? `-${sanitizer.replace(',', '-')}` : ''}`;
  const type = sanitizer ? 'RelWithDebInfo' : 'Release';
  const options = [
    '-DATTUNE_ADDON=OFF',
    '-DATTUNE_TESTS=ON',
    `-DATTUNE_SANITIZER=${sanitizer}`,
    `-DCMAKE_BUILD_TYPE=${type}`,
  ];
  await run(['cmake', '-S', '.', '-B', build, ...options], { quiet: true });
  await run(['cmake', '--build', build, '--parallel', '2'], { quiet: true });
  let counts = noCounts();
  for (const level of await levels(build)) {
    process.stderr.write(`C++ tests at level ${level}${sanitizer ? ` under ${sanitizer} sanitizers` : ''}\n`);
    const env = { ATTUNE_LEVEL: level, TSAN_OPTIONS: 'halt_on_error=1', ASAN_OPTIONS: 'detect_leaks=1' };
    const { output } = await run(['ctest', '--test-dir', build, '--verbose'], { env, quiet: true });
    counts = addCounts(counts, doctestCounts(output));
  }
  if (counts.passed === 0) throw new Error('The C++ tests ran no test case');
  return counts;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { passed, failed, skipped } = await nativeTests(process.argv[2]);
  process.stdout.write(`C++: ${passed} passed, ${failed} failed, ${skipped} skipped\n`);
}
