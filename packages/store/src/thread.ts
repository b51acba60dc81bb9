/** The store's thread: it alone touches the disk, so that nobody else waits for it. */
import { parentPort, workerData } from 'node:worker_threads';
import { asAttuneError } from './failures.js';
import type { Asked, FromThread, Request, ThreadTask } from './messages.js';
import { Writer } from './writer.js';

const port = parentPort!;
const task = workerData as Extract<ThreadTask, { task: 'write' }>;
const say = (message: FromThread) => port.postMessage(message);
const idleMs = 1_000;

function open(): Writer | undefined {
  try {
    return new Writer(task.folder, task.limits);
  } catch (error) {
    const { code, message } = asAttuneError(error, task.folder);
    say({ failed: { code, message } });
    return undefined;
  }
}

const writer = open();
if (writer) {
  let waiting: { id: number; request: Request }[] = [];
  let idle: NodeJS.Timeout | undefined;
  const answer = () => {
    const asked = waiting;
    waiting = [];
    if (asked.length === 0) return;
    say({ answers: writer.answer(asked), health: writer.health });
    clearTimeout(idle);
    idle = setTimeout(() => writer.checkpoint(), idleMs).unref();
  };
  port.on('message', ({ id, request }: Asked) => {
    if (request.name === 'close') {
      answer();
      writer.close();
      say({ answers: [{ id }], health: writer.health });
      port.close();
      return;
    }
    // What has arrived by the time the thread comes round shares a commit.
    if (waiting.push({ id, request }) === 1) setImmediate(answer);
  });
  say({ opened: true });
}
