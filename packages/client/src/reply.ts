import type { Deadline } from './deadline.js';
import { AttuneConnectionError } from './errors.js';

/** An answer whose body has not been read; it is read once, whole or in pieces, within the request's deadline. */
export class Reply {
  readonly response: Response;
  readonly #deadline: Deadline;
  readonly #what: string;

  constructor(response: Response, deadline: Deadline, what: string) {
    this.response = response;
    this.#deadline = deadline;
    this.#what = what;
  }

  async text(): Promise<string> {
    let text = '';
    for await (const piece of this.pieces()) text += piece;
    return text;
  }

  /** The parsed body; undefined when there is none, as with 204. */
  async json<T>(): Promise<T> {
    const text = await this.text();
    if (text === '') return undefined as T;
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      const message = `${this.#what}: expected JSON, but received ${JSON.stringify(text.slice(0, 80))}. Is the url that of Attune?`;
      throw new AttuneConnectionError('network', message, { cause: error });
    }
  }

  /** The body as text, piece by piece as it comes. One who stops reading closes the connection. */
  async *pieces(): AsyncGenerator<string, void, undefined> {
    // Read by hand, because not every browser iterates over a stream.
    const reader = this.response.body?.getReader();
    const decoder = new TextDecoder();
    let ended = false;
    try {
      while (reader !== undefined) {
        this.#deadline.restart();
        const { done, value } = await reader.read();
        // What the reader does with a piece is not the server's delay.
        this.#deadline.hold();
        if (done) break;
        const text = decoder.decode(value, { stream: true });
        if (text !== '') yield text;
      }
      ended = true;
    } catch (error) {
      ended = true;
      throw this.#deadline.reasonFor(error, this.#what);
    } finally {
      this.#deadline.stop();
      if (!ended) await reader?.cancel().catch(() => undefined);
    }
  }
}

/** Lines without their ends, as pieces of text bring them; an unfinished last line counts, an empty one does not. */
export async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop()!;
    for (const line of lines) if (line.trim() !== '') yield line;
  }
  if (rest.trim() !== '') yield rest;
}
