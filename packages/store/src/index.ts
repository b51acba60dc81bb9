/**
 * Durable state on SQLite.
 */

export type * from './types.js';
