// clang-format and clang-tidy at one pinned version, from their PyPI wheels, kept in the cache folder.
//   node scripts/clang-tools.mjs format [--write]      node scripts/clang-tools.mjs tidy [FILE …]
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pythonEnvironment } from './python-environment.mjs';
import { root, run } from './run.mjs';

const wheels = ['clang-format==22.1.8', 'clang-tidy==22.1.7'];

/** Files of the working tree that git does not ignore. */
async function sources(...patterns) {
  const list = [
    'git',
    'ls-files',
    '--cached',
    '--others',
    '--exclude-standard',
    '--deduplicate',
    ...patterns,
  ];
  const { output } = await run(list, { quiet: true });
  return output.trim().split('\n').filter(Boolean);
}

async function format(bin, write) {
  const mode = write ? ['-i'] : ['--dry-run', '--Werror'];
  const folders = ['native', 'test/native', 'benchmarks'];
  const files = await sources(...folders.flatMap((folder) => [`${folder}/*.h`, `${folder}/*.cpp`]));
  await run([join(bin, 'clang-format'), ...mode, ...files]);
}

/** Every file of the core and of the binding by itself, as many at once as there are cores. */
async function tidy(bin, named) {
  const build = 'build/tidy'; // configured for its compile commands, never built
  await run(['cmake', '-S', '.', '-B', build, '-DATTUNE_ADDON=ON'], { quiet: true });
  const elsewhere = /levels_other\.cpp$|neon\.cpp$/; // not compiled for x86
  const files =
    named.length > 0 ? named : (await sources('native/*.cpp')).filter((file) => !elsewhere.test(file));
  const findings = [];
  const waiting = [...files];
  const worker = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const command = [join(bin, 'clang-tidy'), '--quiet', '-p', join(root, build), file];
      const { code, output } = await run(command, { quiet: true, mayFail: true });
      if (code !== 0) findings.push(`${file}\n${output}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  if (findings.length > 0)
    throw new Error(`${findings.join('\n')}\nclang-tidy: findings in ${findings.length} files`);
  process.stdout.write(`clang-tidy: ${files.length} files, no findings\n`);
}

const [task, ...rest] = process.argv.slice(2);
try {
  const bin = await pythonEnvironment('clang-tools', wheels);
  if (task === 'format') await format(bin, rest.includes('--write'));
  else if (task === 'tidy') await tidy(bin, rest);
  else throw new Error("Expected 'format [--write]' or 'tidy [FILE …]'");
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
