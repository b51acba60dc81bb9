/** Where everything of a data folder lies. The store's records name what lies beside it; whoever writes it says so there. */
import { join } from 'node:path';

/** The truth; SQLite puts `-wal` and `-shm` beside it. */
export const storeFileName = 'attune.db';
export const storeFile = (data: string): string => join(data, storeFileName);

export const bundlesFolder = (data: string): string => join(data, 'bundles');
export const bundleFolder = (data: string, name: string): string => join(bundlesFolder(data), name);

/** Of a collection: each release has a folder in it. Derived, and made again where it is missing. */
export const indexesFolder = (data: string, collection: string): string => join(data, 'indexes', collection);

/** Of a collection: which release is being opened, and which have ended the process. Missing where all is well. */
export const openingFile = (data: string, collection: string): string =>
  join(data, 'openings', `${collection}.json`);

/** Names of collections, the longest unused first. */
export const lastUsedFile = (data: string): string => join(data, 'last-used.json');

export const datasetsFolder = (data: string): string => join(data, 'datasets');
export const datasetFolder = (data: string, name: string): string => join(datasetsFolder(data), name);
/** What was uploaded, and nothing else: this is what is read as a dataset. */
export const datasetFiles = (data: string, name: string): string => join(datasetFolder(data, name), 'files');
export const datasetReport = (data: string, name: string): string =>
  join(datasetFolder(data, name), 'report.json');

/** What lay in the data folder and is named by no record: moved here, never read again, and removed by nobody but a person. */
export const quarantineFolder = (data: string): string => join(data, 'quarantine');

export const jobsFolder = (data: string): string => join(data, 'jobs');
/** What a job has made so far, so that it continues after a restart. */
export const jobFolder = (data: string, id: string): string => join(jobsFolder(data), id);
