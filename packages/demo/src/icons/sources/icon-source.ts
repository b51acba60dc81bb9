import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';
import type { Icon, IconPicture } from '../icon.js';

/** A package of the registry, in one version. */
export interface IconPackage {
  name: string;
  version: string;
  licence: string;
}

/** A set of icons or emoji: where it is read from, and how its members look. */
export interface IconSource {
  /** As `Icon.set`, and what its ids begin with. */
  set: string;
  packages: readonly IconPackage[];
  /** @throws {AttuneError} FILE_UNREADABLE where the packages are not whole */
  icons(packagesFolder: string): Promise<Icon[]>;
  /** Finds a picture by the part of the id behind the set: letters, digits and hyphens. */
  openPictures(packagesFolder: string): (name: string) => IconPicture | undefined;
}

/** A file of an installed package. It is read by its path, because packages do not export their data. */
export async function readPackageJson<T>(packagesFolder: string, file: string): Promise<T> {
  const path = join(packagesFolder, file);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (error) {
    throw new AttuneError(
      'FILE_UNREADABLE',
      `Expected the icon packages in ${packagesFolder}, but ${path} could not be read: ${(error as Error).message}. ` +
        'Delete that folder and run the demo again, so that they are installed anew.',
      { cause: error },
    );
  }
}
