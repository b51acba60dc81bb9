/** Where everything of a data folder lies. */
import { join } from 'node:path';

export const bundlesFolder = (data: string): string => join(data, 'bundles');
export const bundleFolder = (data: string, name: string): string => join(bundlesFolder(data), name);

export const datasetsFolder = (data: string): string => join(data, 'datasets');
export const datasetFolder = (data: string, name: string): string => join(datasetsFolder(data), name);
/** What was uploaded, and nothing else: this is what is read as a dataset. */
export const datasetFiles = (data: string, name: string): string => join(datasetFolder(data, name), 'files');
export const datasetReport = (data: string, name: string): string =>
  join(datasetFolder(data, name), 'report.json');

export const jobsFolder = (data: string): string => join(data, 'jobs');
export const jobFolder = (data: string, id: string): string => join(jobsFolder(data), id);
