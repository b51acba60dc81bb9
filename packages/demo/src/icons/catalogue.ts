import type { Icon } from './icon.js';
import type { IconLanguage } from './languages/icon-language.js';

/**
 * Reads the sets of a language out of the installed packages, one after the other.
 *
 * @param packagesFolder  as `installIconPackages` gives it
 */
export async function readIconCatalogue(packagesFolder: string, { sources }: IconLanguage): Promise<Icon[]> {
  return (await Promise.all(sources.map((source) => source.icons(packagesFolder)))).flat();
}
