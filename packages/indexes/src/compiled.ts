import { fileURLToPath } from 'node:url';

/** What the build makes of `stemmers/snowball/*.cts`: the same files from `src` and from `dist`. */
export const snowballFolder = fileURLToPath(new URL('../dist/stemmers/snowball', import.meta.url));
