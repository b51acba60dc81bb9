import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ValidationReport } from '@attune/data';
import { AttuneError } from '@attune/errors';
import {
  hashFile,
  isLeftover,
  makeFolder,
  moveSynced,
  partialBeside,
  readJson,
  removeLeftovers,
  removeWhole,
  writeJson,
} from '@attune/files';
import { checkName } from '@attune/schema';
import {
  type DatasetRecord,
  datasetFiles,
  datasetFolder,
  datasetReport,
  datasetsFolder,
  type Store,
} from '@attune/store';
import type { Log } from '../options.js';
import { setAside } from '../quarantine.js';
import { Turns } from '../turns.js';
import { checkUnchanged } from './dataset-users.js';
import { checkFileName, receive } from './upload.js';

export interface DatasetsOptions {
  store: Store;
  /** The data folder. */
  folder: string;
  log: Log;
  /** Of one uploaded file; 16 GiB unless set. */
  mostFileBytes?: number | undefined;
}

export interface DatasetView extends DatasetRecord {
  name: string;
}

type UploadedFile = DatasetRecord['files'][number];

const mostFiles = 256;

/**
 * Uploaded datasets: `datasets/NAME/files` holds what was uploaded, beside it lies the report of the last validation. A dataset that
 * an unfinished job reads, or that judges a collection's candidates, does not change.
 */
export class Datasets {
  readonly #store: Store;
  readonly #folder: string;
  readonly #log: Log;
  readonly #mostFileBytes: number;
  readonly #turns = new Turns();

  private constructor({ store, folder, log, mostFileBytes = 16 * 2 ** 30 }: DatasetsOptions) {
    this.#store = store;
    this.#folder = folder;
    this.#log = log;
    this.#mostFileBytes = mostFileBytes;
  }

  static async open(options: DatasetsOptions): Promise<Datasets> {
    const datasets = new Datasets(options);
    await makeFolder(datasetsFolder(options.folder));
    await datasets.#recover();
    return datasets;
  }

  /**
   * Stores an uploaded file; one of its name is replaced once the new one is whole. The verdict of a validation before it is void.
   *
   * @throws {AttuneError} INVALID_ARGUMENT for a name, or a file that is too large; CONFLICT when the dataset is in use; DISK_FULL
   */
  async put(name: string, file: string, stream: Readable): Promise<DatasetView> {
    checkName('dataset', name);
    checkFileName(file);
    await checkUnchanged(this.#store, name);
    const files = datasetFiles(this.#folder, name);
    await makeFolder(files);
    const target = join(files, file);
    // Beside `files`, so that no reader takes it for one of them.
    const partial = partialBeside(join(datasetFolder(this.#folder, name), file));
    try {
      const uploaded = { name: file, ...(await receive(stream, partial, this.#mostFileBytes)) };
      return await this.#turns.take(name, async () => {
        await checkUnchanged(this.#store, name);
        await this.#checkRoom(name, file);
        // Said before it is done: a crash between the renaming and the record is mended by it.
        await writeJson(this.#pending(name), uploaded, { what: `the dataset "${name}"` });
        await moveSynced(partial, target);
        const dataset = await this.#record(name, uploaded);
        await rm(this.#pending(name), { force: true });
        return dataset;
      });
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    } finally {
      await this.#removeUnlessKnown(name);
    }
  }

  async list(): Promise<DatasetView[]> {
    return (await this.#store.list('dataset')).map(({ name, value }) => ({ name, ...value }));
  }

  /** @throws {AttuneError} NOT_FOUND */
  async get(name: string): Promise<DatasetView> {
    const record = await this.#store.get('dataset', name);
    if (record) return { name, ...record.value };
    throw new AttuneError('NOT_FOUND', `There is no dataset "${name}".`);
  }

  /** @throws {AttuneError} NOT_FOUND; CONFLICT when it is in use */
  async remove(name: string): Promise<void> {
    checkName('dataset', name);
    await this.#turns.take(name, async () => {
      await this.get(name);
      await checkUnchanged(this.#store, name, { learnedFrom: true });
      await this.#store.change([{ kind: 'dataset', name, remove: true }]);
      await removeWhole(datasetFolder(this.#folder, name));
    });
  }

  /**
   * What its last validation found.
   *
   * @throws {AttuneError} NOT_FOUND when there is no such dataset, or it was not validated since it changed
   */
  async report(name: string): Promise<ValidationReport> {
    const { verdict } = await this.get(name);
    const report =
      verdict === null ? undefined : await readJson<ValidationReport>(datasetReport(this.#folder, name));
    if (report) return report;
    throw new AttuneError('NOT_FOUND', `The dataset "${name}" was not validated since it changed last.`);
  }

  /** Keeps the verdict of a validation. */
  async judged(name: string, verdict: DatasetRecord['verdict']): Promise<void> {
    await this.#turns.take(name, async () => {
      const { name: _, ...record } = await this.get(name);
      await this.#store.change([{ kind: 'dataset', name, put: { ...record, verdict } }]);
    });
  }

  async #record(name: string, uploaded: UploadedFile): Promise<DatasetView> {
    const known = (await this.#store.get('dataset', name))?.value;
    const others = (known?.files ?? []).filter((file) => file.name !== uploaded.name);
    const files = [...others, uploaded].sort((a, b) => (a.name < b.name ? -1 : 1));
    const record: DatasetRecord = { createdAt: known?.createdAt ?? Date.now(), files, verdict: null };
    await this.#store.change([{ kind: 'dataset', name, put: record }]);
    return { name, ...record };
  }

  async #checkRoom(name: string, file: string): Promise<void> {
    const known = (await this.#store.get('dataset', name))?.value.files ?? [];
    if (known.length < mostFiles || known.some((each) => each.name === file)) return;
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected a dataset of at most ${mostFiles} files, but "${name}" has them.`,
    );
  }

  #pending(name: string): string {
    return join(datasetFolder(this.#folder, name), 'pending.json');
  }

  /** A first upload that failed leaves no empty dataset. */
  async #removeUnlessKnown(name: string): Promise<void> {
    await this.#turns
      .take(name, async () => {
        if (await this.#store.get('dataset', name)) return;
        const folder = datasetFolder(this.#folder, name);
        const inside = await readdir(folder).catch(() => []);
        // Another upload to the same new name may be under way.
        if (inside.some(isLeftover)) return;
        await rm(folder, { recursive: true, force: true });
      })
      .catch(() => undefined);
  }

  /**
   * Ends what a crash cut short: an upload that was in its place is recorded, what of one was not is removed. Files that no record names are
   * set aside.
   */
  async #recover(): Promise<void> {
    await removeLeftovers(datasetsFolder(this.#folder));
    for (const name of await readdir(datasetsFolder(this.#folder))) {
      const folder = datasetFolder(this.#folder, name);
      if (isLeftover(name) || !(await stat(folder)).isDirectory()) continue;
      await removeLeftovers(folder);
      const pending = await readJson<UploadedFile>(this.#pending(name));
      if (pending) {
        const file = join(datasetFiles(this.#folder, name), pending.name);
        const found = await hashFile(file).catch(() => undefined);
        if (found?.sha256 === pending.sha256) await this.#record(name, pending);
        await rm(this.#pending(name), { force: true });
      }
      if (await this.#store.get('dataset', name)) continue;
      // A first upload that never came to its place left folders without a file.
      const inside = await readdir(folder, { recursive: true, withFileTypes: true });
      if (inside.some((entry) => !entry.isDirectory())) await this.#setAside(name);
      else await rm(folder, { recursive: true, force: true });
    }
  }

  async #setAside(name: string): Promise<void> {
    const place = await setAside(this.#folder, `datasets/${name}`);
    this.#log(
      'warn',
      `The store names no dataset "${name}", so datasets/${name} was moved to ${place}. To have it again, upload the files in it.`,
    );
  }
}
