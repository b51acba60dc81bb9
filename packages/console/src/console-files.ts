import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of the page. */
export interface ConsoleFile {
  /** From the server's root: `/`, or below `/console/`. */
  path: string;
  /** Its media type, with the charset. */
  type: string;
  contents: string;
}

/** Scripts and styles of its own server, images from anywhere (documents name them by address), nothing inline. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: http: https:",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

// Beside the sources and beside what they are compiled to alike.
const folder = fileURLToPath(new URL('..', import.meta.url));

/**
 * All files of the page, the page itself first. Read when called; a server calls once.
 *
 * The modules are the compiled ones, of this package and of the client.
 */
export function consoleFiles(): ConsoleFile[] {
  const clientFolder = dirname(createRequire(import.meta.url).resolve('@attune/client'));
  return [
    file('/', 'text/html', join(folder, 'static/index.html')),
    file('/console/style.css', 'text/css', join(folder, 'static/style.css')),
    file('/console/icon.svg', 'image/svg+xml', join(folder, 'static/icon.svg')),
    file('/console/thumb.svg', 'image/svg+xml', join(folder, 'static/thumb.svg')),
    ...modulesOf(join(folder, 'dist/page'), '/console/page'),
    ...modulesOf(clientFolder, '/console/client'),
  ];
}

function modulesOf(from: string, path: string): ConsoleFile[] {
  return readdirSync(from, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js'))
    .sort()
    .map((name) => file(`${path}/${name.replaceAll('\\', '/')}`, 'text/javascript', join(from, name)));
}

const file = (path: string, type: string, place: string): ConsoleFile => ({
  path,
  type: `${type}; charset=utf-8`,
  contents: readFileSync(place, 'utf8'),
});
