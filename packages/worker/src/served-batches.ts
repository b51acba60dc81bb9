import type { CallMessage, Message } from './messages.js';
import type { Post } from './pending-calls.js';
import { plainError } from './plain-error.js';
import type { Batch, BatchedAnswer } from './protocol.js';
import type { AskMessage } from './served-calls.js';

/** Calls in one batch, so that none waits long for its answer. */
const mostTogether = 1000;

/** Where the messages behind a call are. */
interface Inbox {
  take(): Message | undefined;
  /** For what is no call. */
  receive(message: Message): void;
}

/** What the other side asks of this one, taken together as far as it waits. */
export class ServedBatches {
  readonly #post: Post;
  readonly #batch: (calls: CallMessage[], answer: (answers: readonly BatchedAnswer[]) => void) => void;
  readonly #inbox: Inbox;

  constructor(post: Post, batch: Batch<object>, inbox: Inbox) {
    this.#post = post;
    this.#batch = batch as never;
    this.#inbox = inbox;
  }

  receive(message: AskMessage): void {
    if (message.kind === 'abort') return; // answered by now
    if (message.kind === 'tell')
      throw new Error(`Expected calls alone in a batch, but was told ${message.name}.`);
    const calls = [message];
    let next: Message | undefined;
    while (calls.length < mostTogether) {
      next = this.#inbox.take();
      if (next?.kind !== 'call') break;
      calls.push(next);
      next = undefined;
    }
    this.#batch(calls, (answers) => this.#answer(calls, answers));
    if (next !== undefined) this.#inbox.receive(next);
  }

  /** All are answered when a batch is over. */
  async idle(): Promise<void> {}

  #answer(calls: readonly CallMessage[], answers: readonly BatchedAnswer[]): void {
    this.#post({
      kind: 'answers',
      answers: answers.map((answer, place) => {
        const { id } = calls[place]!;
        return 'error' in answer ? { id, error: plainError(answer.error) } : { id, value: answer.value };
      }),
    });
  }
}
