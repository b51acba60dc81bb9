/**
 * The web page of a server, as files to serve.
 *
 * @example
 * for (const { path, type, contents } of consoleFiles()) serve(path, type, contents);
 */

export { type ConsoleFile, consoleFiles, contentSecurityPolicy } from './console-files.js';
