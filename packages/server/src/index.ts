/**
 * The HTTP API of a service.
 *
 * @example
 * const service = await Service.open('data');
 * const app = await createServer({ service });
 * console.log(await serve(app, { port: 7400 }));   // http://127.0.0.1:7400
 * // later: answers what is under way, then closes the service
 * await app.close();
 */

// The server.
export { createServer } from './app.js';
export type { ServerOptions } from './app.js';
export { defaultHost, defaultPort, serve } from './listen.js';
export { defaultLimits } from './limits.js';
export type { ServerLimits } from './limits.js';
export { stderrLogger } from './logging.js';
export type { KeyPolicy } from './guard.js';
export type { DeclaredRoute, RouteScope, ServerApp } from './route.js';

// Keys.
export { createKey, keyScopes, listKeys, revokeKey } from './keys.js';
export type { KeyStore, KeyView } from './keys.js';

// Errors, as they are answered.
export type { Finding, Problem } from './errors.js';
