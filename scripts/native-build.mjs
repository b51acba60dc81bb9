// Configures and builds the C++ sources with CMake, in a folder for each set of options.
import { availableParallelism } from 'node:os';
import { run } from './run.mjs';

/** The folder of the addon. The C++ tests and benchmarks of the same options are built there too, so that their core is compiled once. */
export const addonBuild = 'build/native';

export async function configureNative(build, options) {
  await run(['cmake', '-S', '.', '-B', build, ...options], { quiet: true });
}

/** @param targets  names of targets; all of the build where none is given */
export async function buildNative(build, targets = []) {
  const wanted = targets.length > 0 ? ['--target', ...targets] : [];
  await run(['cmake', '--build', build, '--parallel', String(availableParallelism()), ...wanted], {
    quiet: true,
  });
}
