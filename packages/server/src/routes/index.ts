import type { ServerApp } from '../route.js';
import { collectionRoutes } from './collections.js';
import { healthRoutes } from './health.js';

/** Every resource, one file each. */
export const routes: readonly ((app: ServerApp) => Promise<void>)[] = [healthRoutes, collectionRoutes];
