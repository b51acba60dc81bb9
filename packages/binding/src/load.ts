import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AttuneError } from '@attune/errors';
import type { NativeAddon } from './native.js';

const require = createRequire(import.meta.url);

/** What a user must do on a platform that has no package yet. */
const buildCommand = 'npm run setup && npm run build:native';

function isMusl(): boolean {
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
  return process.platform === 'linux' && report?.header?.glibcVersionRuntime === undefined;
}

/** The npm package that carries the addon for this platform, such as `@attune/native-linux-x64-gnu`. */
export function platformPackage(): string {
  const libc = process.platform === 'linux' ? (isMusl() ? '-musl' : '-gnu') : '';
  return `@attune/native-${process.platform}-${process.arch}${libc}`;
}

/** Where the addon of a source checkout is: built there by `npm run build:native`. */
function localBuild(): string | undefined {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
  const candidates = ['build/native/Release/attune.node', 'build/native/attune.node'];
  return candidates.map((path) => join(root, path)).find((path) => existsSync(path));
}

/** The file of the addon: ATTUNE_ADDON, else a local build, else the platform's package. */
export function addonPath(): string {
  const chosen = process.env['ATTUNE_ADDON'];
  if (chosen) return chosen;
  const local = localBuild();
  if (local) return local;
  const packageName = platformPackage();
  try {
    return require.resolve(`${packageName}/attune.node`);
  } catch (cause) {
    throw new AttuneError(
      'ADDON_NOT_FOUND',
      `Attune's native addon for ${process.platform}-${process.arch} was not found: there is no local build, and the ` +
        `package ${packageName} is not installed. Install it (optional dependencies must not be omitted), or build the ` +
        `addon from the source checkout: ${buildCommand}`,
      { cause },
    );
  }
}

export function loadAddon(): NativeAddon {
  const path = addonPath();
  let addon: NativeAddon;
  try {
    addon = require(path) as NativeAddon;
  } catch (cause) {
    throw new AttuneError(
      'ADDON_NOT_FOUND',
      `The native addon ${path} could not be loaded: ${(cause as Error).message}. Build it again: ${buildCommand}`,
      { cause },
    );
  }
  addon.setErrorClass(AttuneError as new (code: never, message: string) => Error);
  return addon;
}
