import type { ServerApp } from '../route.js';
import { aliasRoutes } from './aliases.js';
import { collectionRoutes } from './collections.js';
import { datasetRoutes } from './datasets.js';
import { healthRoutes } from './health.js';
import { jobRoutes } from './jobs.js';
import { keyRoutes } from './keys.js';
import { releaseRoutes } from './releases.js';
import { removeModelRoute } from './remove-model.js';

/** Every resource, one file each. */
export const routes: readonly ((app: ServerApp) => Promise<void>)[] = [
  healthRoutes,
  collectionRoutes,
  aliasRoutes,
  releaseRoutes,
  removeModelRoute,
  datasetRoutes,
  jobRoutes,
  keyRoutes,
];
