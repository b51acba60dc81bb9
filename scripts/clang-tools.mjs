// clang-format and clang-tidy at one pinned version, from their PyPI wheels, kept in the cache folder.
//   node scripts/clang-tools.mjs format [--write]      node scripts/clang-tools.mjs tidy
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { root, run } from './run.mjs';

const clangFormat = '22.1.8';
const clangTidy = '22.1.7';
const cache = process.env.ATTUNE_CACHE ?? join(homedir(), '.cache', 'attune');
const tools = join(cache, `clang-tools-${clangFormat}-${clangTidy}`);

async function install() {
  if (existsSync(join(tools, 'ready'))) return;
  await run(['python3', '-m', 'venv', '--clear', tools], { quiet: true });
  const wheels = [`clang-format==${clangFormat}`, `clang-tidy==${clangTidy}`];
  await run([join(tools, 'bin/pip'), 'install', '--quiet', ...wheels], { quiet: true });
  await run(['touch', join(tools, 'ready')]);
}

async function sources(...patterns) {
  const { output } = await run(
    ['git', 'ls-files', '--cached', '--others', '--exclude-standard', ...patterns],
    { quiet: true },
  );
  return output.trim().split('\n').filter(Boolean);
}

const [task, option] = process.argv.slice(2);
await install();
if (task === 'format') {
  const mode = option === '--write' ? ['-i'] : ['--dry-run', '--Werror'];
  const files = await sources('native/*.h', 'native/*.cpp', 'test/native/*.h', 'test/native/*.cpp');
  await run([join(tools, 'bin/clang-format'), ...mode, ...files]);
} else if (task === 'tidy') {
  // The compile commands are those of the C++ tests: everything but the Node-API files.
  const build = 'build/test';
  const configure = [
    'cmake',
    '-S',
    '.',
    '-B',
    build,
    '-DATTUNE_ADDON=OFF',
    '-DATTUNE_TESTS=ON',
    '-DATTUNE_SANITIZER=',
  ];
  await run([...configure, '-DCMAKE_BUILD_TYPE=Release'], { quiet: true });
  const files = (await sources('native/*.cpp')).filter(
    (file) => !file.includes('/binding/') && !file.endsWith('levels_other.cpp'),
  );
  await run([join(tools, 'bin/clang-tidy'), '--quiet', '-p', join(root, build), ...files]);
} else {
  throw new Error("Expected 'format [--write]' or 'tidy'");
}
