/** What was acknowledged, a JSON line each, in a file beside the data folder: to look at when a round has failed. */
import { closeSync, openSync, writeSync } from 'node:fs';

export class Journal {
  readonly path: string;
  readonly #file: number;

  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, 'a');
  }

  write(entry: object): void {
    writeSync(this.#file, `${JSON.stringify(entry)}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}
