// A program that never closes its thread.
import { startThread } from '@attune/worker';

const ended = () => new Error('The thread ended.');
const link = startThread(new URL('workshop.mjs', import.meta.url), {
  ...{ unref: true, open: { openMs: 200 }, handlers: {}, closed: ended, died: ended },
});
const unused = startThread(new URL('workshop.mjs', import.meta.url), {
  ...{ unref: true, open: {}, handlers: {}, closed: ended, died: ended },
});
unused.opened.then(() => console.log('unused'));
link.opened.then(async () => {
  console.log('opened');
  await link.call('later', { value: 1, ms: 200 });
  console.log('answered');
  const other = startThread(new URL('workshop.mjs', import.meta.url), {
    ...{ unref: true, open: {}, handlers: {}, closed: ended, died: ended },
  });
  await other.opened;
  other.close().then(() => console.log('closed'));
});
