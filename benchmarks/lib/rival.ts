import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A program that does one piece of work for each line that it is given, and answers with a line of JSON: so it takes turns with ours. */
export class Rival {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  /** @param command  what is run, and its arguments */
  constructor(command: readonly string[]) {
    const [program, ...args] = command;
    this.#child = spawn(program!, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  async ask<Answer>(line: string): Promise<Answer> {
    this.#child.stdin!.write(`${line}\n`);
    const answer = await this.#lines.next();
    if (answer.done) throw new Error('The rival ended');
    return JSON.parse(answer.value) as Answer;
  }

  end(): void {
    this.#child.stdin!.end();
  }
}
