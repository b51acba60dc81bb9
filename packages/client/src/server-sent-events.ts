/** One event of a text/event-stream. */
export interface ServerSentEvent {
  /** Of this or the last event that had one; what a reader sends as Last-Event-ID to go on from there. */
  id: string | undefined;
  event: string;
  data: string;
  /** Milliseconds to wait before connecting again, when the server has said so. */
  retryMs: number | undefined;
}

/**
 * Parses an event stream as the HTML standard has it: lines end in CR, LF or both, comments are left out, `data` lines are joined,
 * and an event that the connection cut in two is dropped.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* serverSentEvents(
  pieces: AsyncIterable<string>,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  let id: string | undefined;
  let retryMs: number | undefined;
  let event = '';
  let data: string[] = [];
  for await (const line of eventLines(pieces)) {
    if (line === '') {
      if (data.length > 0) yield { id, event: event || 'message', data: data.join('\n'), retryMs };
      event = '';
      data = [];
      continue;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
    else if (field === 'id' && !value.includes('\0')) id = value;
    else if (field === 'retry' && /^\d+$/.test(value)) retryMs = Number(value);
  }
}

/** Complete lines only. A CR at the end of a piece waits for the next one, which may begin with its LF. */
async function* eventLines(pieces: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop()!;
    yield* lines;
  }
}
