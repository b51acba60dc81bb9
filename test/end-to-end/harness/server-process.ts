/** `attune serve` as a process of its own: started on a data folder, waited for, asked over HTTP, stopped or killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { HttpClient } from './http.js';
import { attuneMain } from './repository.js';

export interface ServerOptions {
  /** Further arguments of `attune serve`. */
  args?: readonly string[] | undefined;
  /** Of Node, such as --cpu-prof. */
  nodeArgs?: readonly string[] | undefined;
  env?: Record<string, string> | undefined;
  /** What runs the command, such as ['faketime', '-1d']. */
  under?: readonly string[] | undefined;
  connections?: number | undefined;
}

/** How a server process ended. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export class ServerProcess {
  readonly child: ChildProcess;
  /** Resolves when it has said where it listens; rejects when it ends before that. */
  readonly listening: Promise<HttpClient>;
  readonly ended: Promise<Ending>;
  #errors = '';
  #client: HttpClient | undefined;

  constructor(folder: string, options: ServerOptions = {}) {
    const [program, ...before] = [...(options.under ?? []), process.execPath];
    const args = [
      ...before,
      ...(options.nodeArgs ?? []),
      attuneMain,
      'serve',
      folder,
      '--port',
      '0',
      '--json',
    ];
    this.child = spawn(program!, [...args, ...(options.args ?? [])], {
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-20_000);
    });
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code, signal) => resolve({ code, signal }));
      this.child.on('error', (error) => {
        this.#errors += error.message;
        resolve({ code: null, signal: null });
      });
    });
    this.listening = this.#listen(options.connections);
    this.listening.catch(() => undefined); // who waits for it is told; a server that is killed at once has nobody
  }

  /** Starts and waits until /readyz says that every collection answers. */
  static async ready(
    folder: string,
    options: ServerOptions = {},
    timeoutMs = 60_000,
  ): Promise<ServerProcess> {
    const server = new ServerProcess(folder, options);
    try {
      await server.untilReady(timeoutMs);
    } catch (error) {
      await server.kill();
      throw error;
    }
    return server;
  }

  get pid(): number {
    return this.child.pid!;
  }

  get client(): HttpClient {
    if (!this.#client) throw new Error('The server does not listen yet');
    return this.#client;
  }

  /** The end of what it wrote to stderr. */
  get errors(): string {
    return this.#errors;
  }

  /** @returns milliseconds until /readyz answered 200 */
  async untilReady(timeoutMs: number): Promise<number> {
    const startedAt = performance.now();
    const late = () => performance.now() - startedAt > timeoutMs;
    const client = await this.listening;
    let last = 'nothing';
    while (!late()) {
      const answer = await client.call('/readyz', { timeoutMs: 5_000 }).catch((error: Error) => error);
      if (answer instanceof Error) {
        last = answer.message;
        if (this.child.exitCode !== null || this.child.signalCode !== null) break;
      } else {
        if (answer.status === 200) return performance.now() - startedAt;
        last = `${answer.status} ${answer.text.slice(0, 400)}`;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`The server was not ready within ${timeoutMs} ms: ${last}\n${this.#errors}`);
  }

  async kill(): Promise<Ending> {
    this.child.kill('SIGKILL');
    const ending = await this.ended;
    this.#client?.close();
    return ending;
  }

  /** Asks it to end by SIGTERM, and kills it when it does not within `timeoutMs`. */
  async stop(timeoutMs = 20_000): Promise<Ending & { ms: number }> {
    const startedAt = performance.now();
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), timeoutMs);
    const ending = await this.ended;
    clearTimeout(timer);
    this.#client?.close();
    return { ...ending, ms: performance.now() - startedAt };
  }

  #listen(connections: number | undefined): Promise<HttpClient> {
    return new Promise((resolve, reject) => {
      let out = '';
      this.child.stdout!.setEncoding('utf8').on('data', (text: string) => {
        if (this.#client) return; // what it says later is not of interest, but the pipe is to be drained
        out += text;
        const url = out.split('\n').slice(0, -1).map(addressOf).find(Boolean);
        if (!url) return;
        this.#client = new HttpClient(url, { ...(connections && { connections }) });
        resolve(this.#client);
      });
      void this.ended.then(({ code, signal }) =>
        reject(
          new Error(`attune serve ended with ${code ?? signal} before it listened\n${this.#errors}${out}`),
        ),
      );
    });
  }
}

/** The address in a line of `--json`. */
function addressOf(line: string): string | undefined {
  try {
    const said = JSON.parse(line) as { url?: unknown };
    return typeof said.url === 'string' ? said.url.replace(/\/$/, '') : undefined;
  } catch {
    return undefined;
  }
}
