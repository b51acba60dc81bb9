/** One HTTP call as the harnesses need it: over a kept connection, the answer whole, a broken connection told from an answer. */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface Call {
  method?: string | undefined;
  headers?: Record<string, string> | undefined;
  /** A string or bytes as they are; anything else as JSON. */
  body?: unknown;
  timeoutMs?: number | undefined;
}

/** The connection ended before the whole answer came: what was asked may have been done or not. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

export class HttpClient {
  readonly url: string;
  readonly #agent: Agent;

  constructor(url: string, { connections = 16 }: { connections?: number } = {}) {
    this.url = url;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** @throws {ConnectionLost} also when the answer takes longer than `timeoutMs`, 30 s unless set */
  call(path: string, { method, headers = {}, body, timeoutMs = 30_000 }: Call = {}): Promise<Answer> {
    const raw = typeof body === 'string' || Buffer.isBuffer(body);
    const payload = body === undefined ? undefined : raw ? body : JSON.stringify(body);
    const type = payload === undefined || raw ? {} : { 'content-type': 'application/json' };
    const length = payload === undefined ? {} : { 'content-length': String(Buffer.byteLength(payload)) };
    return new Promise((resolve, reject) => {
      const lost = (error: Error) =>
        reject(new ConnectionLost(`${method ?? 'GET'} ${path}: ${error.message}`, { cause: error }));
      const sent = request(
        `${this.url}${path}`,
        {
          method: method ?? (payload === undefined ? 'GET' : 'POST'),
          agent: this.#agent,
          headers: { ...type, ...length, ...headers },
          timeout: timeoutMs,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', lost);
          response.on('end', () => {
            if (!response.complete) return lost(new Error('the answer was cut off'));
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text: Buffer.concat(chunks).toString('utf8'),
            });
          });
        },
      );
      sent.on('timeout', () => sent.destroy(new Error(`no answer within ${timeoutMs} ms`)));
      sent.on('error', lost);
      sent.end(payload);
    });
  }

  /**
   * The answer's JSON.
   *
   * @throws {Error} with the answer's beginning when its status is not one of 2xx
   */
  async json<T>(path: string, call: Call = {}): Promise<T> {
    const { text } = await this.#fine(path, call);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** Posts objects as lines. @returns the lines of the answer; throws as `json` does */
  async lines<T>(path: string, objects: readonly object[], call: Call = {}): Promise<T[]> {
    const { text } = await this.#fine(path, {
      ...call,
      body: objects.map((object) => `${JSON.stringify(object)}\n`).join(''),
      headers: { ...call.headers, 'content-type': 'application/x-ndjson' },
    });
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as T);
  }

  /** Asks again, ten times at most, where the server says that it is too busy now. */
  async patiently(path: string, call: Call = {}): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.call(path, call);
      const later = answer.headers['retry-after'];
      if (later === undefined || attempt === 10) return answer;
      await new Promise((resolve) => setTimeout(resolve, Math.min(1, Number(later)) * 1000));
    }
  }

  async #fine(path: string, call: Call): Promise<Answer> {
    const answer = await this.patiently(path, call);
    if (answer.status >= 200 && answer.status < 300) return answer;
    const method = call.method ?? (call.body === undefined ? 'GET' : 'POST');
    throw new Error(`${method} ${path} gave ${answer.status}: ${answer.text.slice(0, 600)}`);
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Every item of a list that comes in pages of {data, next_cursor}. */
export async function allPages<T>(client: HttpClient, path: string, limit: number): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null | undefined;
  do {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor && { cursor }) });
    const page = await client.json<{ data: T[]; next_cursor?: string | null }>(`${path}?${query}`);
    items.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor);
  return items;
}
