import { counted } from '@attune/errors';
import { recordsOf } from './rows.js';
import type { SourceFile } from './source-plan.js';
import { idOfValue, stripZeros } from './values.js';

/** Rows of a log that its ids are looked at in. */
const sampledRows = 100_000;
const isNumeral = (id: string) => /^\d+$/.test(id);
const hasZero = (id: string) => isNumeral(id) && id.length > 1 && id.startsWith('0');

/**
 * Finds the document that a log means whose ids lost their leading zeros, as spreadsheets and pandas make of numbers, or whose catalogue lost
 * them. Where both have ids that begin with a zero, zeros mean something, and nothing is found.
 */
export class LostZeros {
  readonly #file: SourceFile;
  readonly #documentIds: Iterable<string>;
  /** Numeral without its zeros -> the document's id; null where several have it. */
  #byNumeral: Map<string, string | null> | undefined;
  #rows = 0;
  #example = '';

  private constructor(file: SourceFile, documentIds: Iterable<string>) {
    this.#file = file;
    this.#documentIds = documentIds;
  }

  /**
   * @param file         a log
   * @param documentIds  of the catalogue, which may be gone through twice
   */
  static async of(file: SourceFile, documentIds: Iterable<string>): Promise<LostZeros | undefined> {
    if (!someOf(documentIds, isNumeral)) return undefined;
    const logged = await numeralsOf(file);
    if (someOf(documentIds, hasZero) && someOf(logged, hasZero)) return undefined;
    // 007 beside 7 in one log are two.
    if (someOf(logged, (id) => hasZero(id) && logged.has(stripZeros(id)))) return undefined;
    return new LostZeros(file, documentIds);
  }

  /** The only document whose id is the same number; undefined where there is none, or several. Counts the row. */
  find(id: string): string | undefined {
    if (!isNumeral(id)) return undefined;
    this.#byNumeral ??= byNumeral(this.#documentIds);
    const found = this.#byNumeral.get(stripZeros(id)) ?? undefined;
    if (found === undefined) return undefined;
    if (this.#rows === 0) this.#example = `${id} for ${found}`;
    this.#rows += 1;
    return found;
  }

  /** What was found, in a sentence. */
  note(): string | undefined {
    if (this.#rows === 0) return undefined;
    const rows = counted(this.#rows, 'row names a document', 'rows name documents');
    return (
      `${this.#file.name}: ${rows} by a number whose leading zeros differ from the catalogue's, as ${this.#example}. Each is taken for the only ` +
      'document with that number. Ids are best written as text.'
    );
  }
}

function byNumeral(ids: Iterable<string>): Map<string, string | null> {
  const found = new Map<string, string | null>();
  for (const id of ids) {
    if (!isNumeral(id)) continue;
    const numeral = stripZeros(id);
    found.set(numeral, found.has(numeral) ? null : id);
  }
  return found;
}

/** Different ids of the log's first rows that are numbers. */
async function numeralsOf(file: SourceFile): Promise<Set<string>> {
  const numerals = new Set<string>();
  const column = file.mapping.columns.document;
  let rows = 0;
  for await (const records of column === undefined ? [] : recordsOf(file)) {
    for (const { values } of records) {
      const id = idOfValue(values[column!]);
      if (id !== undefined && isNumeral(id)) numerals.add(id);
    }
    rows += records.length;
    if (rows >= sampledRows) break;
  }
  return numerals;
}

function someOf(ids: Iterable<string>, test: (id: string) => boolean): boolean {
  for (const id of ids) if (test(id)) return true;
  return false;
}
