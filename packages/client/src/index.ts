/** The typed client of the HTTP API. */

// What goes wrong.
export { AttuneApiError, AttuneConnectionError } from './errors.js';
export type { FieldError } from './errors.js';

// How it is asked.
export type { CallOptions, ClientOptions } from './transport.js';
