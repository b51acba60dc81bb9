// The web page in a Chromium that is installed: node scripts/page.mjs. It is ATTUNE_CHROMIUM, or else found in PATH; nothing is
// downloaded, and where there is none, the tests are not run.
import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { noCounts } from './counts.mjs';
import { root } from './run.mjs';
import { setup } from './setup.mjs';
import { packageTests } from './test.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** The path of a Chromium; undefined where none is installed. */
function findChromium() {
  const given = process.env.ATTUNE_CHROMIUM;
  if (given) return given; // one that is named and missing is an error of the browser's start, not a stage that is left out
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `notRun` says why there was nothing to count. */
export async function pageTests() {
  const chromium = findChromium();
  if (chromium === undefined)
    return {
      ...noCounts(),
      skipped: 1,
      notRun: `not run, because no Chromium is installed (${names.join(', ')})`,
    };
  await setup();
  mkdirSync(join(root, 'build'), { recursive: true });
  const args = ['--config', join(root, 'test/page/vitest.config.mjs')];
  return packageTests({ args, env: { ATTUNE_CHROMIUM: chromium } });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { passed, failed, skipped, notRun } = await pageTests();
  process.stdout.write(
    `${passed} passed, ${failed} failed, ${skipped} skipped${notRun ? `: ${notRun}` : ''}\n`,
  );
  process.exitCode = failed > 0 ? 1 : 0;
}
