import { createRequire } from 'node:module';
import { AttuneError } from '@attune/errors';

// An optional peer, 14 MB with its dictionary: it is opened when it is first asked for.
const require = createRequire(import.meta.url);
const packageName = '@node-rs/jieba';

interface Jieba {
  cutForSearch(text: string, useHmm: boolean): string[];
}

let opened: Jieba | undefined;

/** Whether the package is installed, for this machine. */
export function hasJieba(): boolean {
  try {
    require(packageName);
    return true;
  } catch {
    return false;
  }
}

/** @throws {AttuneError} INVALID_ARGUMENT where the package is not installed */
export function jiebaVersion(): string {
  return installed(() => (require(`${packageName}/package.json`) as { version: string }).version);
}

/**
 * Chinese words, longer ones with the words in them, so that 文件夹 is found by 文件.
 *
 * @throws {AttuneError} INVALID_ARGUMENT where the package is not installed
 */
export function jiebaWords(run: string): string[] {
  opened ??= installed(() => {
    const { Jieba } = require(packageName) as { Jieba: { withDict(dictionary: Uint8Array): Jieba } };
    const { dict } = require(`${packageName}/dict`) as { dict: Uint8Array };
    return Jieba.withDict(dict);
  });
  return opened.cutForSearch(run, true);
}

function installed<T>(open: () => T): T {
  try {
    return open();
  } catch (cause) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `The cut jieba needs the package ${packageName}, which is not installed here. Install it (npm install ${packageName}), or choose ` +
        `another cut. ${(cause as Error).message.split('\n', 1)[0]}`,
      { cause },
    );
  }
}
