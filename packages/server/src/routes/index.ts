import type { ServerApp } from '../route.js';
import { bulkRoutes } from './bulk.js';
import { collectionRoutes } from './collections.js';
import { documentRoutes } from './documents.js';
import { embeddingRoutes } from './embeddings.js';
import { eventRoutes } from './events.js';
import { healthRoutes } from './health.js';
import { modelRoutes } from './models.js';
import { searchRoutes } from './search.js';

/** Every resource, one file each. */
export const routes: readonly ((app: ServerApp) => Promise<void>)[] = [
  healthRoutes,
  collectionRoutes,
  documentRoutes,
  bulkRoutes,
  searchRoutes,
  embeddingRoutes,
  modelRoutes,
  eventRoutes,
];
