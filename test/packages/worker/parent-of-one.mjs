// Starts a child process that works and never looks up, says its number, and waits to be killed.
import { startProcess } from '@attune/worker';

const unexpected = () => new Error('The child ended before its parent.');
const link = startProcess(new URL('workshop.mjs', import.meta.url), {
  ...{ open: {}, handlers: {}, closed: unexpected, died: unexpected },
  ...{ stdout: 'ignore', stderr: 'inherit' },
});
await link.opened;
link.call('later', { value: 1, ms: 600_000 });
console.log(link.pid);
