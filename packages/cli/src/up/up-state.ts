import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readJson, writeJson } from '@attune/files';

/** What `attune up` keeps in the data folder beside what is served: the results of its main job, and this file. */
const stateFile = 'up.json';

interface Saved {
  schema: 'attune.up-state/1';
  /** Absolute paths of the logs that were learned from. */
  logs: string[];
  /** The documents that they are about, where they lie elsewhere. */
  catalogue?: string | undefined;
  /** Digest of the dataset whose model and documents were brought into service, once they were. */
  served?: string | undefined;
}

/** Which logs and catalogue a data folder learns from, and what of them is in service already. */
export class UpState {
  readonly folder: string;
  #saved: Saved;

  private constructor(folder: string, saved: Saved) {
    this.folder = folder;
    this.#saved = saved;
  }

  /** @throws {AttuneError} FILE_CORRUPT, FILE_UNWRITABLE */
  static async open(data: string, collection: string): Promise<UpState> {
    const folder = join(data, 'up', collection);
    await mkdir(folder, { recursive: true });
    const saved = await readJson<Saved>(join(folder, stateFile));
    return new UpState(folder, saved ?? { schema: 'attune.up-state/1', logs: [] });
  }

  /** Those learned from before, and then those that are new. */
  logsWith(given: readonly string[]): string[] {
    return [...new Set([...this.#saved.logs, ...given.map((path) => resolve(path))])];
  }

  catalogueOr(given: string | undefined): string | undefined {
    return given === undefined ? this.#saved.catalogue : resolve(given);
  }

  get served(): Saved['served'] {
    return this.#saved.served;
  }

  async save(changes: Partial<Pick<Saved, 'logs' | 'catalogue' | 'served'>>): Promise<void> {
    this.#saved = { ...this.#saved, ...changes };
    await writeJson(join(this.folder, stateFile), this.#saved);
  }
}
