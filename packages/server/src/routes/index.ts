import type { ServerApp } from '../route.js';
import { aliasRoutes } from './aliases.js';
import { bulkRoutes } from './bulk.js';
import { collectionRoutes } from './collections.js';
import { consoleRoutes } from './console.js';
import { datasetRoutes } from './datasets.js';
import { documentRoutes } from './documents.js';
import { embeddingRoutes } from './embeddings.js';
import { eventRoutes } from './events.js';
import { healthRoutes } from './health.js';
import { jobRoutes } from './jobs.js';
import { keyRoutes } from './keys.js';
import { modelUploadRoute } from './model-upload.js';
import { modelRoutes } from './models.js';
import { releaseRoutes } from './releases.js';
import { searchRoutes } from './search.js';

/** Every resource, one file each, and the web page. */
export const routes: readonly ((app: ServerApp) => Promise<void>)[] = [
  healthRoutes,
  collectionRoutes,
  aliasRoutes,
  documentRoutes,
  bulkRoutes,
  searchRoutes,
  embeddingRoutes,
  modelRoutes,
  modelUploadRoute,
  releaseRoutes,
  eventRoutes,
  datasetRoutes,
  jobRoutes,
  keyRoutes,
  consoleRoutes,
];
