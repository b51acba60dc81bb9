import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder, readJson, writeJson } from '@attune/files';
import { openingFile } from '@attune/store';

interface OpeningNotes {
  /** Fingerprint of the bundle that is being opened. */
  opening: string | null;
  /** Fingerprints of bundles that have ended the process, and how each did. */
  ended: Record<string, string>;
}

/**
 * What a collection notes of its release while that is opened, beside the store: a note that is still there at the next start says that the
 * process ended meanwhile, by the bundle or by something else.
 */
export class Openings {
  readonly #file: string;
  #notes: OpeningNotes;

  private constructor(file: string, notes: OpeningNotes) {
    this.#file = file;
    this.#notes = notes;
  }

  /** @param data  the data folder */
  static async read(data: string, collection: string): Promise<Openings> {
    const file = openingFile(data, collection);
    // A damaged note is none: it stands for less than what it is about.
    const found = await readJson<Partial<OpeningNotes>>(file).catch(() => undefined);
    return new Openings(file, { opening: found?.opening ?? null, ended: found?.ended ?? {} });
  }

  /** Whether the process ended while this bundle was opened. */
  wasOpening(fingerprint: string): boolean {
    return this.#notes.opening === fingerprint;
  }

  /** How a bundle has ended the process; undefined where it has not. */
  howEnded(fingerprint: string): string | undefined {
    return Object.hasOwn(this.#notes.ended, fingerprint) ? this.#notes.ended[fingerprint] : undefined;
  }

  /** On the disk once it resolves. */
  async begin(fingerprint: string): Promise<void> {
    await this.#write({ ...this.#notes, opening: fingerprint });
  }

  async ended(fingerprint: string, how: string): Promise<void> {
    await this.#write({ opening: null, ended: { ...this.#notes.ended, [fingerprint]: how } });
  }

  /** It was opened, or could not be for a reason that was said. Of one that was opened, what was noted before counts no more. */
  async done(fingerprint: string, { isOpen }: { isOpen: boolean }): Promise<void> {
    const { [fingerprint]: how, ...others } = this.#notes.ended;
    const ended = isOpen || how === undefined ? others : { ...others, [fingerprint]: how };
    if (Object.keys(ended).length > 0) await this.#write({ opening: null, ended });
    else await this.forget();
  }

  async forget(): Promise<void> {
    this.#notes = { opening: null, ended: {} };
    await rm(this.#file, { force: true });
  }

  async #write(notes: OpeningNotes): Promise<void> {
    this.#notes = notes;
    await makeFolder(dirname(this.#file));
    await writeJson(this.#file, notes);
  }
}
