import { fileURLToPath } from 'node:url';

/** What the build makes of `language/triples.cts`: the same file from `src` and from `dist`. */
export const triplesFile = fileURLToPath(new URL('../dist/language/triples.cjs', import.meta.url));
