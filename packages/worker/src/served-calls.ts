import type { CallMessage, PeerMessage } from './messages.js';
import type { Post } from './pending-calls.js';
import { plainError } from './plain-error.js';
import type { CallContext } from './protocol.js';
import { Transfer } from './transfer.js';

export type AskMessage = Extract<PeerMessage, { kind: 'call' | 'tell' | 'abort' }>;

/** Handlers without their types, which `Handlers` has checked. */
export type HandlerTable = Record<string, (input: unknown, context: CallContext<unknown>) => unknown>;

/** Nobody waits for a notification. */
const ofNotification: CallContext<unknown> = { signal: undefined, report: () => undefined };

/** What the other side asks of this one. */
export class ServedCalls {
  readonly #post: Post;
  readonly #handlers: HandlerTable;
  /** Of calls that have not been answered and may be aborted. */
  readonly #controllers = new Map<number, AbortController>();
  #running = 0;
  #onIdle: (() => void) | undefined;

  constructor(post: Post, handlers: HandlerTable) {
    this.#post = post;
    this.#handlers = handlers;
  }

  receive(message: AskMessage): void {
    if (message.kind === 'call') this.#serve(message);
    else if (message.kind === 'abort') this.#controllers.get(message.id)?.abort();
    else void this.#handlers[message.name]!(message.input, ofNotification);
  }

  /** Resolves when all calls so far are answered. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#running === 0) resolve();
      else this.#onIdle = resolve;
    });
  }

  #serve(message: CallMessage): void {
    const { id, name, input } = message;
    this.#running++;
    try {
      const answer = this.#handlers[name]!(input, this.#contextOf(message));
      if (answer instanceof Promise) {
        answer.then(
          (value) => this.#answer(id, value),
          (error) => this.#refuse(id, error),
        );
      } else {
        this.#answer(id, answer);
      }
    } catch (error) {
      this.#refuse(id, error);
    }
  }

  #contextOf({ id, isAbortable }: CallMessage): CallContext<unknown> {
    let signal: AbortSignal | undefined;
    if (isAbortable) {
      const controller = new AbortController();
      this.#controllers.set(id, controller);
      signal = controller.signal;
    }
    return { signal, report: (progress) => this.#post({ kind: 'progress', id, progress }) };
  }

  #answer(id: number, answer: unknown): void {
    try {
      if (answer instanceof Transfer)
        this.#post({ kind: 'answer', id, value: answer.answer }, answer.transfer);
      else this.#post({ kind: 'answer', id, value: answer });
    } catch (error) {
      this.#refuse(id, error);
      return;
    }
    this.#settled(id);
  }

  #refuse(id: number, error: unknown): void {
    this.#post({ kind: 'refusal', id, error: plainError(error) });
    this.#settled(id);
  }

  #settled(id: number): void {
    this.#controllers.delete(id);
    if (--this.#running === 0) this.#onIdle?.();
  }
}
