import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { DocumentRow } from '@attune/data';
import { readJson, writeJson } from '@attune/files';

/** Where documents go. A collection that was made anew under its name is another one. */
export interface ImportTarget {
  url: string;
  collection: string;
  createdAt: number;
}

interface Saved extends ImportTarget {
  /** Documents that were answered, from the first on. */
  done: number;
  /** Of them all, in their order. */
  sha256: string;
}

const saveIntervalMs = 1000;

/**
 * How far an import has come: a small hidden file beside its source, which is there while the import is not at its end. It counts
 * documents and has the hash of what they were, so it is right whatever was changed in the source: where the documents up to that place
 * are the same ones, the import continues after them, and else it begins anew.
 */
export class ImportState {
  readonly #path: string;
  readonly #target: ImportTarget;
  readonly #saved: Saved | undefined;
  readonly #hash = createHash('sha256');
  #done = 0;
  #savedAt = 0;

  private constructor(path: string, target: ImportTarget, saved: Saved | undefined) {
    this.#path = path;
    this.#target = target;
    this.#saved = saved;
  }

  static async open(source: string, target: ImportTarget): Promise<ImportState> {
    const place = resolve(source);
    const path = join(dirname(place), `.${basename(place)}.${target.collection}.import`);
    // One that cannot be read says nothing.
    const saved = await readJson<Saved>(path).catch(() => undefined);
    return new ImportState(path, target, saved);
  }

  /** How many of the documents, from the first on, are written already. They count as added. */
  doneOf(documents: readonly DocumentRow[]): number {
    const { url, collection, createdAt } = this.#target;
    const saved = this.#saved;
    if (saved === undefined || saved.done > documents.length) return 0;
    if (saved.url !== url || saved.collection !== collection || saved.createdAt !== createdAt) return 0;
    const hash = createHash('sha256');
    for (const document of documents.slice(0, saved.done)) hash.update(lineOf(document));
    if (hash.digest('hex') !== saved.sha256) return 0;
    for (const document of documents.slice(0, saved.done)) this.add(document);
    return saved.done;
  }

  /** The next document was answered. */
  add(document: DocumentRow): void {
    this.#hash.update(lineOf(document));
    this.#done += 1;
  }

  /**
   * Once a second at most, unless it is to be `now`.
   *
   * @returns false where the file cannot be written, such as beside a source that is only to be read
   */
  async save({ now = false } = {}): Promise<boolean> {
    if (!now && Date.now() - this.#savedAt < saveIntervalMs) return true;
    this.#savedAt = Date.now();
    const saved: Saved = {
      ...this.#target,
      done: this.#done,
      sha256: this.#hash.copy().digest('hex'),
    };
    return writeJson(this.#path, saved).then(
      () => true,
      () => false,
    );
  }

  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

const lineOf = ({ id, fields, attributes }: DocumentRow): string =>
  `${JSON.stringify([id, fields, attributes])}\n`;
