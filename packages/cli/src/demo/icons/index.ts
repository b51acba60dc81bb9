/**
 * The demo's dataset: find an icon by what you mean.
 *
 * @example
 * const { packagesFolder } = await installIconPackages();
 * const { documents } = await buildIconDataset(packagesFolder, 'demo-output/icons', { dirt: true });
 * const pictureOf = openIconPictures(packagesFolder);
 */

export { buildIconDataset, type IconDatasetOptions, type IconDatasetSummary } from './build.js';
export type { Injected, LogRow } from './dirt.js';
export { injectDirt } from './dirt.js';
export {
  defaultIconFolder,
  type InstalledIconPackages,
  iconPackages,
  installIconPackages,
} from './packages.js';
export { type IconPicture, openIconPictures } from './pictures.js';
