// Opens files until the system refuses, then starts a child process, and says why that could not be.
import { openSync } from 'node:fs';
import { startProcess } from '@attune/worker';

const file = new URL('workshop.mjs', import.meta.url);
try {
  for (;;) openSync(file);
} catch {
  // None is left.
}
const link = startProcess(file, {
  ...{ open: {}, handlers: {}, stdout: 'ignore', stderr: 'ignore' },
  ...{ closed: () => new Error('closed'), died: ({ reason }) => new Error(reason) },
});
link.opened.catch(({ message }) => console.log(message));
