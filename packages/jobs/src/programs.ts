/** What runs jobs: the same files from `src` and from `dist`, since only compiled code can be started. */
const program = (name: string) => new URL(`../dist/${name}.js`, import.meta.url);

export const launcherProgram = program('launcher');
export const jobProgram = program('process');
