import { dirname } from 'node:path';
import { FileReplacement, makeFolder } from '@attune/files';

/** One line of a quarantine file: a row as it stood, and why it is there. */
export interface QuarantinedRow {
  file: string;
  line: number;
  reasons: string[];
  row: string;
}

/** Written as the rows come, under a temporary name until `commit`. */
export class Quarantine {
  readonly #file: FileReplacement;
  #rows = 0;

  private constructor(file: FileReplacement) {
    this.#file = file;
  }

  /** @throws {AttuneError} FILE_EXISTS when there is a file already and `force` is not set */
  static async open(
    path: string,
    { force = false }: { force?: boolean | undefined } = {},
  ): Promise<Quarantine> {
    await makeFolder(dirname(path));
    return new Quarantine(await FileReplacement.open(path, { force }));
  }

  get rows(): number {
    return this.#rows;
  }

  async add(row: QuarantinedRow): Promise<void> {
    this.#rows += 1;
    await this.#file.write(`${JSON.stringify(row)}\n`);
  }

  async commit(): Promise<void> {
    await this.#file.commit();
  }

  async discard(): Promise<void> {
    await this.#file.discard();
  }
}
