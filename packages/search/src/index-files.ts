import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';
import { hashFile, isSealed, placeFolder, readJson, seal, sealed } from '@attune/files';
import { allRows, openIndex, type RowSet, removeRow, type VectorIndex } from '@attune/indexes';
import type { AttributeValue } from '@attune/schema';
import { AttributeTable } from './attributes/attribute-table.js';
import { type LexicalSettings, lexicalSettings } from './lexical-settings.js';
import { Segment } from './segments/segment.js';
import { TextColumn } from './segments/text-column.js';

/** What lies in the folder of an index. All of it can be made again from the documents. */
export const indexFiles = {
  manifest: 'manifest.json',
  documents: 'documents.jsonl',
  vectors: 'vectors.flat',
  words: 'words.lex',
} as const;

const format = 3;
const contents = [indexFiles.documents, indexFiles.vectors, indexFiles.words] as const;

/** What an index says of itself. */
export interface IndexManifest {
  format: number;
  /** Of the bundle that made the vectors. */
  fingerprint: string;
  /** Absolute path of that bundle, where the index is to find it by itself. */
  bundle: string | null;
  lexical: LexicalSettings;
  /** Of the store that it follows from; null where it is no server's. */
  store: string | null;
  /** Of the last write that is in it; 0 where nothing is written to the index. */
  sequence: number;
  documents: number;
  /** Rows of documents that have no vector. */
  withoutVector: number[];
  files: Record<(typeof contents)[number], { bytes: number; sha256: string }>;
}

/** What an index has to be, for whoever opens it. */
export interface ExpectedIndex {
  fingerprint?: string | undefined;
  lexical?: LexicalSettings | undefined;
  /** That it follows from, and the last write to that collection of it. */
  store?: { id: string; lastSequence: number } | undefined;
}

/**
 * Writes a segment as the folder of an index, beside its place and renamed, so that it is never half there.
 *
 * @throws {AttuneError} FILE_EXISTS without `force`; DISK_FULL, FILE_UNWRITABLE
 */
export async function writeIndex(
  path: string,
  segment: Segment,
  about: Pick<IndexManifest, 'fingerprint' | 'lexical'> &
    Partial<Pick<IndexManifest, 'bundle' | 'store' | 'sequence'>>,
  { force = false }: { force?: boolean | undefined } = {},
): Promise<void> {
  const { fingerprint, lexical, bundle = null, store = null, sequence = 0 } = about;
  const fill = async (temporary: string) => {
    await segment.vectors.save(join(temporary, indexFiles.vectors));
    await segment.words.save(join(temporary, indexFiles.words));
    await writeFile(join(temporary, indexFiles.documents), segment.documents.data.bytes);
    const files = {} as IndexManifest['files'];
    for (const name of contents) files[name] = await hashFile(join(temporary, name));
    const manifest: IndexManifest = {
      format,
      fingerprint,
      bundle,
      lexical,
      store,
      sequence,
      documents: segment.count,
      withoutVector: Array.from({ length: segment.count }, (_, row) => row).filter(
        (row) => !segment.isEmbedded(row),
      ),
      files,
    };
    await writeFile(join(temporary, indexFiles.manifest), `${JSON.stringify(sealed(manifest), null, 2)}\n`);
  };
  await placeFolder(path, fill, { force });
}

/**
 * Reads what `writeIndex` wrote.
 *
 * @throws {AttuneError} FILE_NOT_FOUND; FILE_CORRUPT naming the file that is damaged; FORMAT_UNSUPPORTED; BUNDLE_MISMATCH or CONFLICT
 *   when it was made by another bundle, or with other settings, or from another store, than expected, or holds more than its store
 */
export async function readIndex(
  path: string,
  expected: ExpectedIndex = {},
): Promise<{ segment: Segment; manifest: IndexManifest }> {
  const manifest = await readIndexManifest(path);
  const file = join(path, indexFiles.manifest);
  if (expected.fingerprint !== undefined && manifest.fingerprint !== expected.fingerprint) {
    throw new AttuneError(
      'BUNDLE_MISMATCH',
      `${file} holds vectors of the bundle ${manifest.fingerprint}, but the bundle to search with is ${expected.fingerprint}. ` +
        'Name the right bundle, or build the index again.',
    );
  }
  if (expected.lexical && JSON.stringify(manifest.lexical) !== JSON.stringify(expected.lexical)) {
    throw new AttuneError(
      'CONFLICT',
      `${file} was made with other settings of the search by words than are in service. Build the index again.`,
    );
  }
  if (expected.store) expectOfStore(manifest, expected.store, file);
  for (const name of contents) await checkFile(join(path, name), manifest.files[name]);
  const vectors = await openIndex(join(path, indexFiles.vectors), {
    expectedFingerprint: manifest.fingerprint,
  });
  if (vectors.kind === 'lexical') throw corrupt(join(path, indexFiles.vectors), 'it is an index of words');
  const words = await openIndex(join(path, indexFiles.words));
  if (words.kind !== 'lexical') throw corrupt(join(path, indexFiles.words), 'it is an index of vectors');
  const documents = await readDocuments(join(path, indexFiles.documents));
  for (const [name, count] of [
    [indexFiles.documents, documents.count],
    [indexFiles.vectors, vectors.count],
    [indexFiles.words, words.count],
  ] as const) {
    if (count !== manifest.documents)
      throw corrupt(join(path, name), `expected ${manifest.documents} documents, but it holds ${count}`);
  }
  const parts = { ...rowsOf(documents, join(path, indexFiles.documents)), documents, words };
  const embedded = embeddedRows(manifest, file);
  return { segment: new Segment({ ...parts, vectors: vectors satisfies VectorIndex, embedded }), manifest };
}

/**
 * Compares every file of an index with its checksum, and the index with the store that it follows from; without it being opened.
 *
 * @param store  asked once the manifest was read: an index in service is saved again and again
 * @throws {AttuneError} as `readIndex`
 */
export async function verifyIndex(
  path: string,
  store: () => NonNullable<ExpectedIndex['store']>,
): Promise<void> {
  const manifest = await readIndexManifest(path);
  expectOfStore(manifest, store(), join(path, indexFiles.manifest));
  for (const name of contents) await checkFile(join(path, name), manifest.files[name]);
}

/**
 * What the index in a folder says of itself.
 *
 * @throws {AttuneError} FILE_NOT_FOUND, FILE_UNREADABLE, FILE_CORRUPT, FORMAT_UNSUPPORTED
 */
export async function readIndexManifest(path: string): Promise<IndexManifest> {
  const file = join(path, indexFiles.manifest);
  const manifest = await readJson<Partial<IndexManifest> | null>(file);
  if (manifest === undefined) {
    throw new AttuneError('FILE_NOT_FOUND', `There is no index in ${path}: ${file} is missing.`);
  }
  const {
    format: found,
    fingerprint,
    bundle,
    lexical,
    store,
    sequence,
    documents,
    withoutVector,
    files,
  } = manifest ?? {};
  if (typeof found === 'number' && found !== format) {
    throw new AttuneError(
      'FORMAT_UNSUPPORTED',
      `${file} has format ${found}, and this version of Attune reads ${format}. Build the index again.`,
    );
  }
  const isSound =
    found === format &&
    isSealed(manifest) &&
    seal(manifest) === manifest.sha256 &&
    (store === null || typeof store === 'string') &&
    typeof fingerprint === 'string' &&
    (bundle === null || typeof bundle === 'string') &&
    Number.isSafeInteger(sequence) &&
    Number.isSafeInteger(documents) &&
    Array.isArray(withoutVector) &&
    contents.every((name) => typeof files?.[name]?.sha256 === 'string' && files[name].bytes >= 0);
  if (!isSound) throw corrupt(file, 'something in it is missing, or is not what was written');
  return { ...(manifest as IndexManifest), lexical: checkedSettings(lexical, file) };
}

/** An index of another store, or of a later state of this one, shows documents that are not there and hides what is written. */
function expectOfStore(
  { store, sequence }: IndexManifest,
  expected: { id: string; lastSequence: number },
  file: string,
): void {
  if (store !== expected.id) {
    throw new AttuneError(
      'CONFLICT',
      `${file} was made from ${store === null ? 'no store' : `the store ${store}`}, but the one in service is ${expected.id}.`,
    );
  }
  if (sequence > expected.lastSequence) {
    throw new AttuneError(
      'CONFLICT',
      `${file} holds what was written up to number ${sequence}, but the last write to the store ${expected.id} is number ` +
        `${expected.lastSequence}: the store is of an earlier time than the index.`,
    );
  }
}

function checkedSettings(lexical: unknown, file: string): LexicalSettings {
  try {
    if (typeof lexical === 'object' && lexical !== null) return lexicalSettings(lexical);
  } catch (error) {
    throw corrupt(file, (error as Error).message);
  }
  throw corrupt(file, 'it says nothing of the search by words');
}

function embeddedRows({ documents, withoutVector }: IndexManifest, file: string): RowSet | undefined {
  if (withoutVector.length === 0) return undefined;
  const embedded = allRows(documents);
  for (const row of withoutVector) {
    if (!(Number.isSafeInteger(row) && row >= 0 && row < documents))
      throw corrupt(file, `it names row ${row} of ${documents}`);
    removeRow(embedded, row);
  }
  return embedded;
}

async function checkFile(path: string, expected: { bytes: number; sha256: string }): Promise<void> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined)
    throw new AttuneError('FILE_NOT_FOUND', `${path} is missing. Build the index again.`);
  if (info.size !== expected.bytes)
    throw corrupt(path, `expected ${expected.bytes} bytes, but it has ${info.size}`);
  const found = await hashFile(path);
  if (found.sha256 !== expected.sha256) throw corrupt(path, 'its checksum is not the one of the manifest');
}

async function readDocuments(path: string): Promise<TextColumn> {
  const { size } = await stat(path);
  const bytes = new Uint8Array(size);
  let filled = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    bytes.set(chunk as Buffer, filled);
    filled += (chunk as Buffer).length;
  }
  return TextColumn.ofLines(bytes);
}

function rowsOf(documents: TextColumn, file: string): { ids: TextColumn; attributes: AttributeTable } {
  const ids: string[] = [];
  const attributes: Record<string, AttributeValue>[] = [];
  for (const line of documents) {
    const row = parsed(line);
    if (typeof row?.id !== 'string' || typeof row.attributes !== 'object' || row.attributes === null)
      throw corrupt(file, `its line ${ids.length + 1} is no document`);
    ids.push(row.id);
    attributes.push(row.attributes);
  }
  return { ids: TextColumn.of(ids), attributes: AttributeTable.of(attributes) };
}

function parsed(line: string): { id?: unknown; attributes?: Record<string, AttributeValue> | null } | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function corrupt(path: string, why: string): AttuneError {
  return new AttuneError('FILE_CORRUPT', `${path} is damaged: ${why}. Build the index again.`);
}
