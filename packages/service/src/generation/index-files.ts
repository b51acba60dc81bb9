import { createReadStream } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';
import { placeFolder } from '@attune/files';
import type { LexicalSettings } from '@attune/loop';
import { AttributeTable, type AttributeValue, FlatIndex, LexicalIndex } from '@attune/search';
import { hashFile } from '../hash-file.js';
import { Segment } from './segment.js';
import { TextColumn } from './text-column.js';

/** What lies in `indexes/COLLECTION/RELEASE`. All of it can be made again from the store. */
export const indexFiles = {
  manifest: 'manifest.json',
  documents: 'documents.jsonl',
  vectors: 'vectors.flat',
  words: 'words.lex',
} as const;

const format = 1;
const contents = [indexFiles.documents, indexFiles.vectors, indexFiles.words] as const;

interface IndexManifest {
  format: number;
  fingerprint: string;
  lexical: LexicalSettings;
  /** Of the last write that is in it. */
  sequence: number;
  documents: number;
  files: Record<(typeof contents)[number], { bytes: number; sha256: string }>;
}

export interface StoredIndex {
  fingerprint: string;
  lexical: LexicalSettings;
  sequence: number;
  segment: Segment;
}

/** Writes an index beside its place and renames it, so that it is never half there. */
export async function writeIndex(path: string, index: StoredIndex): Promise<void> {
  const { segment, fingerprint, lexical, sequence } = index;
  const fill = async (temporary: string) => {
    await segment.vectors.save(join(temporary, indexFiles.vectors));
    await segment.words.save(join(temporary, indexFiles.words));
    await writeFile(join(temporary, indexFiles.documents), segment.documents.data.bytes);
    const files = {} as IndexManifest['files'];
    for (const name of contents) files[name] = await hashFile(join(temporary, name));
    const manifest: IndexManifest = {
      format,
      fingerprint,
      lexical,
      sequence,
      documents: segment.count,
      files,
    };
    await writeFile(join(temporary, indexFiles.manifest), `${JSON.stringify(manifest, null, 2)}\n`);
  };
  await placeFolder(path, fill, { force: true });
}

/**
 * Reads what `writeIndex` wrote, for a release.
 *
 * @throws {AttuneError} FILE_NOT_FOUND; FILE_CORRUPT naming the file that is damaged; FORMAT_UNSUPPORTED; BUNDLE_MISMATCH or CONFLICT
 *   when it was made by another bundle or with other settings
 */
export async function readIndex(
  path: string,
  { fingerprint, lexical }: { fingerprint: string; lexical: LexicalSettings },
): Promise<StoredIndex> {
  const manifest = await readManifest(join(path, indexFiles.manifest));
  if (manifest.fingerprint !== fingerprint) {
    throw new AttuneError(
      'BUNDLE_MISMATCH',
      `${join(path, indexFiles.manifest)} is of the bundle ${manifest.fingerprint}, but the release has ${fingerprint}.`,
    );
  }
  if (JSON.stringify(manifest.lexical) !== JSON.stringify(lexical)) {
    throw new AttuneError(
      'CONFLICT',
      `${join(path, indexFiles.manifest)} was made with other settings of the search by words than the release has.`,
    );
  }
  for (const name of contents) await checkFile(join(path, name), manifest.files[name]);
  const vectors = await FlatIndex.load(join(path, indexFiles.vectors), { expectedFingerprint: fingerprint });
  const words = await LexicalIndex.load(join(path, indexFiles.words));
  const documents = await readDocuments(join(path, indexFiles.documents));
  for (const [name, count] of [
    [indexFiles.documents, documents.count],
    [indexFiles.vectors, vectors.count],
    [indexFiles.words, words.count],
  ] as const) {
    if (count !== manifest.documents)
      throw corrupt(join(path, name), `expected ${manifest.documents} documents, but it holds ${count}`);
  }
  const segment = new Segment({ ...rowsOf(documents), documents, vectors, words });
  return { fingerprint, lexical, sequence: manifest.sequence, segment };
}

async function readManifest(path: string): Promise<IndexManifest> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new AttuneError(
      missing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE',
      `${path} ${missing ? 'is missing' : `cannot be read: ${(cause as Error).message}`}.`,
      { cause },
    );
  }
  let manifest: Partial<IndexManifest> | null;
  try {
    manifest = JSON.parse(text) as Partial<IndexManifest> | null;
  } catch (cause) {
    throw new AttuneError('FILE_CORRUPT', `${path} is damaged: it is not JSON.`, { cause });
  }
  const { format: found, fingerprint, lexical, sequence, documents, files } = manifest ?? {};
  if (typeof found === 'number' && found !== format) {
    throw new AttuneError(
      'FORMAT_UNSUPPORTED',
      `${path} has format ${found}, and this version reads ${format}.`,
    );
  }
  const sound =
    found === format &&
    typeof fingerprint === 'string' &&
    typeof lexical === 'object' &&
    Number.isSafeInteger(sequence) &&
    Number.isSafeInteger(documents) &&
    contents.every((name) => typeof files?.[name]?.sha256 === 'string');
  if (!sound) throw corrupt(path, 'something in it is missing or of another kind');
  return manifest as IndexManifest;
}

async function checkFile(path: string, expected: { bytes: number; sha256: string }): Promise<void> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) throw new AttuneError('FILE_NOT_FOUND', `${path} is missing.`);
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

function rowsOf(documents: TextColumn): { ids: TextColumn; attributes: AttributeTable } {
  const ids: string[] = [];
  const attributes: Record<string, AttributeValue>[] = [];
  for (const line of documents) {
    const row = JSON.parse(line) as { id: string; attributes: Record<string, AttributeValue> };
    ids.push(row.id);
    attributes.push(row.attributes);
  }
  return { ids: TextColumn.of(ids), attributes: new AttributeTable(attributes) };
}

function corrupt(path: string, why: string): AttuneError {
  return new AttuneError('FILE_CORRUPT', `${path} is damaged: ${why}.`);
}
