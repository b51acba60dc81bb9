// What must be on the machine before anything can be installed or built, each with the way to get it.
// Only `node:` modules and old syntax here, so that an old Node gets as far as being told so.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const debian = (packages) => `apt-get install ${packages} (Debian, Ubuntu)`;

const answers = (program) => spawnSync(program, ['--version'], { encoding: 'utf8' });

function compiler() {
  const candidates = process.env.CXX ? [process.env.CXX] : ['c++', 'g++', 'clang++'];
  return candidates.find((name) => answers(name).status === 0);
}

/** True when `name` compiles what the core needs of C++20. */
function compilesCpp20(name) {
  const folder = mkdtempSync(join(tmpdir(), 'attune-compiler-'));
  try {
    const file = join(folder, 'probe.cpp');
    writeFileSync(
      file,
      '#include <concepts>\n#include <span>\nint sum(std::integral auto a) { return int(a); }\n',
    );
    return spawnSync(name, ['-std=c++20', '-fsyntax-only', file]).status === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns one sentence for each thing that is missing */
export function missingForInstall() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= 20) return [];
  return [`Node.js 20 or later is needed; this is ${process.version}. See https://nodejs.org.`];
}

/** @returns one sentence for each thing that is missing */
export function missingForBuild() {
  const missing = [];
  const cmake = /cmake version (\d+)\.(\d+)/.exec(answers('cmake').stdout || '');
  if (!cmake) {
    missing.push(`CMake 3.22 or later is needed and not found: ${debian('cmake')}, brew install cmake.`);
  } else if (Number(cmake[1]) * 1000 + Number(cmake[2]) < 3022) {
    missing.push(
      `CMake 3.22 or later is needed; this is ${cmake[1]}.${cmake[2]}: pip install cmake has a newer one.`,
    );
  }
  if (answers('ninja').status !== 0 && answers('make').status !== 0) {
    missing.push(
      `Ninja or make is needed, and neither is found: ${debian('ninja-build')}, brew install ninja.`,
    );
  }
  const found = compiler();
  if (!found) {
    const where = process.env.CXX ? `CXX names ${process.env.CXX}, which does not run` : 'none is found';
    missing.push(
      `A C++20 compiler is needed, and ${where}: ${debian('g++')}, xcode-select --install (macOS).`,
    );
  } else if (!compilesCpp20(found)) {
    missing.push(
      `${found} does not compile C++20 with its library: GCC 11, Clang 14 or later is needed, named by CXX.`,
    );
  }
  return missing;
}
