/** What the service starts as threads and processes: the same files from `src` and from `dist`, since only compiled code can be started. */
const program = (name: string) => new URL(`../dist/${name}.js`, import.meta.url);

export const searchingThread = program('searching-thread');
export const indexingThread = program('indexing-thread');
export const encoderThread = program('encoder-thread');
export const bundleProcess = program('bundle-process');
