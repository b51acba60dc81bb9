// The writer's thread. It takes all requests that have arrived, runs them in one transaction, and answers them all at once.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { AnswerMessage, OpenData, OpenedMessage, RequestMessage } from './messages.js';
import { plainError } from './messages.js';
import { lowerThreadPriority } from './thread-priority.js';
import { type Answer, Writer } from './writer.js';

const idleMs = 300;
/** Requests in one transaction, so that none waits long for its answer. */
const mostTogether = 1000;

const port = parentPort!;
const { folder, options } = workerData as OpenData;

function open(): Writer | undefined {
  try {
    const writer = new Writer(folder, options);
    port.postMessage({} satisfies OpenedMessage);
    return writer;
  } catch (error) {
    port.postMessage({ error: plainError(error) } satisfies OpenedMessage);
    return undefined;
  }
}

// What is written waits for the disk anyhow, and many writes are not to hold the thread that asks.
lowerThreadPriority();

const writer = open();

if (writer !== undefined) {
  let idle: NodeJS.Timeout | undefined;

  port.on('message', (first: RequestMessage) => {
    const requests = [first];
    while (requests.at(-1)!.op !== 'close' && requests.length < mostTogether) {
      const next = receiveMessageOnPort(port);
      if (next === undefined) break;
      requests.push(next.message);
    }
    const isClosing = requests.at(-1)!.op === 'close';
    const asked = isClosing ? requests.slice(0, -1) : requests;
    const answers = writer.run(asked as Parameters<Writer['run']>[0]);
    tell(asked, answers);
    clearTimeout(idle);
    if (isClosing) {
      writer.close();
      port.close();
      return;
    }
    upkeep('grown');
    idle = setTimeout(upkeep, idleMs, 'idle');
  });

  const tell = (asked: RequestMessage[], answers: Answer[]) => {
    const plain = answers.map((answer, place) => {
      const { id } = asked[place]!;
      return 'error' in answer ? { id, error: plainError(answer.error) } : { id, value: answer.value };
    });
    port.postMessage({ answers: plain, health: writer.health } satisfies AnswerMessage);
  };

  const upkeep = (when: 'grown' | 'idle') => {
    const before = writer.health.state;
    writer.checkpoint(when);
    if (writer.health.state !== before) tell([], []);
  };
} else {
  port.close();
}
