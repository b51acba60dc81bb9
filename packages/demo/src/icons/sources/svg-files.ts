import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IconPicture } from '../icon.js';

/** Pictures that lie as files in a package. @param filesOf  where one may be, the first that is there counts */
export function svgFiles(packagesFolder: string, filesOf: (name: string) => readonly string[]) {
  return (name: string): IconPicture | undefined => {
    const path = filesOf(name)
      .map((file) => join(packagesFolder, file))
      .find(existsSync);
    return path === undefined ? undefined : { kind: 'svg', svg: readFileSync(path, 'utf8').trim() };
  };
}
