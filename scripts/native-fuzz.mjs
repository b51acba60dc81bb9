// libFuzzer over what the core reads, under ASan and UBSan, for some seconds a program: node scripts/native-fuzz.mjs [--seconds 600] [--seed 1].
// A seed makes the same mutants again from the same corpus; without one they are others each time. It wants a Clang, which
// is ATTUNE_CLANG or else found in PATH; where there is none, nothing is run, and that is said. Inputs that came to something new are kept in
// build/fuzz/corpus, from which the next run goes on.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { noCounts } from './counts.mjs';
import { buildNative, configureNative } from './native-build.mjs';
import { root, run } from './run.mjs';
import { setup } from './setup.mjs';

const build = join(root, 'build/fuzz');
const versions = Array.from({ length: 17 }, (_, i) => `clang++-${30 - i}`);

/** A Clang; undefined where there is none. */
function findClang() {
  const given = process.env.ATTUNE_CLANG;
  if (given) return given; // one that is named and missing is an error of the build, not a run that is left out
  const answers = (name) => spawnSync(name, ['--version']).status === 0;
  return ['clang++', ...versions].find(answers);
}

/** Sound files of every metric, from which mutants begin: what is mended in an input is its first byte. */
async function writeSeeds(folder) {
  const { FlatIndex } = await import('@attune/indexes');
  for (const [i, metric] of ['cosine', 'innerProduct', 'l2'].entries()) {
    const dim = 3 + 8 * i;
    const index = new FlatIndex({ dim, metric, fingerprint: 'seed' });
    index.add(Float32Array.from({ length: 40 * dim }, (_, at) => Math.sin(at + 1)));
    const file = join(folder, `${metric}.flat`);
    await index.save(file);
    const bytes = readFileSync(file);
    rmSync(file);
    for (const how of [0, 1, 7])
      writeFileSync(join(folder, `${metric}-${how}`), Buffer.concat([Buffer.of(how), bytes]));
  }
}

const programs = [
  { name: 'flat_file_fuzz', seeds: writeSeeds },
  {
    name: 'texts_fuzz',
    seeds: (folder) => writeFileSync(join(folder, 'two'), Buffer.from([3, 1, 0, 2, 5, 1, 2, 3, 4, 5])),
  },
];

/** `notRun` says why there was nothing to count. */
export async function nativeFuzz({ seconds, seed }) {
  if (process.platform !== 'linux')
    return { ...noCounts(), skipped: 1, notRun: 'not run: files in memory are those of Linux' };
  const clang = findClang();
  if (clang === undefined)
    return {
      ...noCounts(),
      skipped: 1,
      notRun: `not run, because no Clang is installed (clang++, ${versions.at(-1)} and later)`,
    };
  await setup();
  const options = [
    '-DATTUNE_ADDON=OFF',
    '-DATTUNE_FUZZERS=ON',
    '-DCMAKE_BUILD_TYPE=None',
    `-DCMAKE_CXX_COMPILER=${clang}`,
  ];
  process.stderr.write(`Building the fuzzers in ${build} …\n`);
  await configureNative(build, options);
  await buildNative(build);
  const counts = noCounts();
  for (const { name, seeds } of programs) {
    const corpus = join(build, 'corpus', name);
    mkdirSync(corpus, { recursive: true });
    await seeds(corpus);
    const program = join(build, 'test/native/fuzz', name);
    const artifacts = join(build, `${name}-`);
    const limits = [`-max_total_time=${seconds}`, '-timeout=20', '-rss_limit_mb=2048', '-max_len=4096'];
    const outputs = [`-artifact_prefix=${artifacts}`, '-print_final_stats=1'];
    const { code, output } = await run([program, ...limits, `-seed=${seed}`, ...outputs, corpus], {
      quiet: true,
      mayFail: true,
    });
    const runs = /number_of_executed_units: (\d+)/.exec(output)?.[1] ?? 'an unknown number of';
    const held = code === 0 && Number(runs) > 0;
    if (!held) process.stdout.write(output.slice(-6000));
    process.stdout.write(
      `${name}: ${runs} inputs of seed ${seed}, ${readdirSync(corpus).length} kept, ${held ? 'none at fault' : 'FAILED'}\n`,
    );
    if (held) counts.passed++;
    else {
      counts.failed++;
      const input = /^Base64: (.+)$/m.exec(output)?.[1] ?? 'not printed'; // the file goes with a machine of CI
      counts.failures.push(`${name}: ended with ${code}; the input is ${artifacts}…, in base64 ${input}`);
    }
  }
  return counts;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const options = { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } };
  const { values } = parseArgs({ options });
  const { seconds, seed = String(randomInt(1, 2 ** 31)) } = values;
  for (const [name, value] of Object.entries({ seconds, seed })) {
    if (/^[1-9]\d{0,9}$/.test(value)) continue;
    process.stderr.write(`Expected --${name} to be a whole number above 0, but received ${value}\n`);
    process.exit(2);
  }
  const { passed, failed, skipped, notRun } = await nativeFuzz({ seconds, seed });
  process.stdout.write(
    `${passed} passed, ${failed} failed, ${skipped} skipped${notRun ? `: ${notRun}` : ''}\n`,
  );
  process.exitCode = failed > 0 ? 1 : 0;
}
