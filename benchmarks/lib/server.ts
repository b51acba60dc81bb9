import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `attune serve` as a process of its own, and what it costs. */
export class BenchServer {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  /**
   * Starts it, and waits until every collection answers.
   *
   * @param checkout  the root of the one whose build is started; where this is run from, unless it is given
   */
  static async start(data: string, nodeArgs: readonly string[] = [], checkout = '.'): Promise<BenchServer> {
    const main = join(checkout, 'packages/cli/dist/main.js');
    const args = [...nodeArgs, main, 'serve', data, '--port', '0', '--json'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const url = await new Promise<string>((resolve, reject) => {
      let out = '';
      child.stdout!.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        if (out.includes('\n')) resolve((JSON.parse(out.split('\n')[0]!) as { url: string }).url);
      });
      child.on('close', (code) => reject(new Error(`attune serve ended with ${code}`)));
    });
    const server = new BenchServer(url.replace(/\/$/, ''), child);
    while ((await fetch(`${server.url}/readyz`)).status !== 200)
      await new Promise((resolve) => setTimeout(resolve, 50));
    return server;
  }

  /** Waits until it has nothing to do: what was written is indexed, and merged, long after it was answered. */
  async settled(): Promise<void> {
    for (let before = Number.NEGATIVE_INFINITY; ; ) {
      const { allMs } = this.cpu();
      if (allMs - before < 50) return;
      before = allMs;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#child.on('close', resolve));
    this.#child.kill('SIGTERM');
    await closed;
  }

  async json<T>(path: string, body?: unknown, init: RequestInit = {}): Promise<T> {
    const json = {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    };
    const answer = await fetch(`${this.url}${path}`, { ...(body !== undefined && json), ...init });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} gave ${answer.status}: ${text.slice(0, 400)}`);
    return JSON.parse(text) as T;
  }

  /** Writes lines and waits for the answer, which has a line for each. */
  async writeLines(path: string, lines: readonly object[]): Promise<void> {
    const answer = await fetch(`${this.url}${path}`, {
      method: 'POST',
      body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} gave ${answer.status}: ${text.slice(0, 400)}`);
  }

  /** A number of /metrics. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  }

  /**
   * The longest that the event loop was held since the last look, in milliseconds. The gauge is the longest time between two
   * ticks of a timer of 10 ms, so 10 ms of it are the timer's own.
   */
  async longestBlockMs(): Promise<number> {
    return Math.max(0, 1000 * (await this.metric('nodejs_eventloop_lag_max_seconds')) - 10);
  }

  /** Processor time of the server so far, in milliseconds: all of it, and that of the thread that serves HTTP. */
  cpu(): { allMs: number; mainMs: number } {
    const pid = this.#child.pid!;
    return { allMs: cpuMs(`/proc/${pid}/stat`), mainMs: cpuMs(`/proc/${pid}/task/${pid}/stat`) };
  }

  /** Processor time by the name of the thread, in milliseconds. */
  cpuByThread(): Record<string, number> {
    const pid = this.#child.pid!;
    const times: Record<string, number> = {};
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const name = readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8').trim();
      const key = thread === String(pid) ? 'main' : name;
      times[key] = (times[key] ?? 0) + cpuMs(`/proc/${pid}/task/${thread}/stat`);
    }
    return times;
  }
}

/** User and system time are the 14th and 15th fields, in hundredths of a second. */
function cpuMs(file: string): number {
  const fields = readFileSync(file, 'utf8').split(') ').at(-1)!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
