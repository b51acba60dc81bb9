/**
 * The whole job, from a log to a better search, on icons in English or Chinese, or on a dataset of one's own.
 *
 * @example
 * const { packagesFolder } = await installIconPackages();
 * const { documents } = await buildIconDataset(packagesFolder, 'demo-output/icons', { dirt: true });
 * const pictureOf = openIconPictures(packagesFolder);
 */

// The demo, and the server that answers before and after side by side.
export { type Demo, type DemoFigures, type DemoOptions, runDemo } from './run-demo.js';
export { type ServeDemoOptions, serveSideBySide } from './service/serve-side-by-side.js';
export type { LearntAgain } from './service/learn-again.js';
export type { DemoServer, StartServer } from './service/demo-server.js';

// Its parts, for others who bring what they tuned into service.
export { mainJobPage } from './report-page.js';
export { addCycleDatasets, type CycleDatasets } from './service/datasets.js';
export { writeDocuments } from './service/fill.js';
export { plainSample, searchSideBySide } from './side-by-side.js';

// Its dataset: find an icon by what you mean.
export { buildIconDataset, type IconDatasetOptions, type IconDatasetSummary } from './icons/build.js';
export {
  defaultIconFolder,
  type InstallIconPackagesOptions,
  type InstalledIconPackages,
  installIconPackages,
} from './icons/packages.js';
export type { IconLanguageCode } from './icons/languages/languages.js';
export type { IconPicture } from './icons/icon.js';
export { openIconPictures } from './icons/pictures.js';
