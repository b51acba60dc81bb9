import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads';
import type { Message } from './messages.js';
import type { Post } from './pending-calls.js';

/** The way from a worker to its parent. */
export interface ParentChannel {
  readonly post: Post;
  listen(received: (message: Message) => void): void;
  /** The next message that waits. A process can't tell. */
  take(): Message | undefined;
  /** Says the last message and ends the worker: a thread once it has nothing left to do, a process when it is sent. */
  end(last: Message): void;
}

/** @throws {Error} in a program that nobody has started as a worker */
export function parentChannel(): ParentChannel {
  if (parentPort !== null) return threadChannel(parentPort);
  if (process.send !== undefined) return processChannel();
  throw new Error('Expected to be started as a worker, by startThread or startProcess.');
}

function threadChannel(port: MessagePort): ParentChannel {
  return {
    post: (message, transfer) => port.postMessage(message, transfer),
    listen: (received) => void port.on('message', received),
    take: () => receiveMessageOnPort(port)?.message as Message | undefined,
    end(last) {
      port.postMessage(last);
      port.close();
    },
  };
}

function processChannel(): ParentChannel {
  // Without its parent it ends in the middle of what it does, as if the machine had lost power.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  // A signal to the whole group means the parent, which says what is to become of its workers.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  // The one who would get an error is gone, and 'disconnect' says so.
  const send = (message: Message, sent: () => void = () => undefined) =>
    process.send!(message, undefined, undefined, sent);
  return {
    post: (message) => void send(message),
    listen: (received) => void process.on('message', received),
    take: () => undefined,
    end: (last) => void send(last, () => process.exit()),
  };
}
