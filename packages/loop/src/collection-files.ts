import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DocumentRow } from '@attune/data';
import { AttuneError } from '@attune/errors';
import { type AnalyserName, analyserNames, type FusionWeight } from '@attune/search';

/** How a collection ranks by words, and how much words count beside vectors. */
export interface LexicalSettings {
  analyser: AnalyserName;
  k1: number;
  b: number;
  /** Text fields that are searched by words; none named: all that a document has. */
  fields: string[];
  fusionWeight: FusionWeight;
}

export const format = 1;

/** What lies in the folder of a collection. */
export const files = {
  manifest: 'collection.json',
  documents: 'documents.jsonl',
  vectors: 'vectors.flat',
  words: 'words.lex',
};

export interface CollectionManifest {
  format: number;
  /** Absolute path of the bundle that made the vectors. */
  bundle: string;
  fingerprint: string;
  documents: number;
  lexical: LexicalSettings;
}

type Unchecked<T> = { [K in keyof T]?: unknown } | null;

const isRecordOf = (value: unknown, types: readonly string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((each) => types.includes(typeof each));

function isLexicalSettings(value: unknown): value is LexicalSettings {
  const { analyser, k1, b, fields, fusionWeight } = (value ?? {}) as NonNullable<Unchecked<LexicalSettings>>;
  return (
    analyserNames.includes(analyser as AnalyserName) &&
    typeof k1 === 'number' &&
    typeof b === 'number' &&
    Array.isArray(fields) &&
    fields.every((field) => typeof field === 'string') &&
    (fusionWeight === 'lexicalOnly' || (typeof fusionWeight === 'number' && fusionWeight >= 0))
  );
}

async function readText(file: string, missing: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new AttuneError('FILE_NOT_FOUND', missing, { cause });
    throw new AttuneError('FILE_UNREADABLE', `${file} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** @throws {AttuneError} FILE_NOT_FOUND, FILE_UNREADABLE, FILE_CORRUPT, FORMAT_UNSUPPORTED */
export async function readManifest(path: string): Promise<CollectionManifest> {
  const file = join(path, files.manifest);
  const text = await readText(
    file,
    `${path} is no collection: it has no ${files.manifest}. Make one with: attune index CATALOGUE --model BUNDLE --out ${path}`,
  );
  let manifest: Unchecked<CollectionManifest>;
  try {
    manifest = JSON.parse(text) as Unchecked<CollectionManifest>;
  } catch (cause) {
    throw new AttuneError('FILE_CORRUPT', `${file} is not JSON. Index again.`, { cause });
  }
  const { format: found, fingerprint, bundle, documents, lexical } = manifest ?? {};
  if (typeof found === 'number' && found !== format) {
    throw new AttuneError(
      'FORMAT_UNSUPPORTED',
      `${file} has format ${found}, and this version of Attune reads ${format}. Index again, or update Attune.`,
    );
  }
  const isSound =
    found === format &&
    typeof fingerprint === 'string' &&
    typeof bundle === 'string' &&
    Number.isSafeInteger(documents) &&
    isLexicalSettings(lexical);
  if (isSound) return { format, fingerprint, bundle, documents: documents as number, lexical };
  throw new AttuneError(
    'FILE_CORRUPT',
    `${file}: format, fingerprint, bundle, documents or lexical is missing or damaged. Index again.`,
  );
}

/**
 * The documents of a collection, one a line.
 *
 * @throws {AttuneError} FILE_NOT_FOUND, FILE_UNREADABLE; FILE_CORRUPT naming the line
 */
export async function readDocumentLines(file: string, expected: number): Promise<DocumentRow[]> {
  const lines = (await readText(file, `${file} is missing. Index again.`)).trimEnd().split('\n');
  if (lines.length !== expected) {
    throw new AttuneError(
      'FILE_CORRUPT',
      `${file}: expected ${expected} documents, but it holds ${lines.length} lines. Index again.`,
    );
  }
  const ids = new Set<string>();
  return lines.map((line, i) => {
    const row = parseDocument(line);
    if (row === undefined || ids.has(row.id)) {
      const what = row === undefined ? 'is no document' : `has the id "${row.id}" of a line before`;
      throw new AttuneError('FILE_CORRUPT', `${file}:${i + 1} ${what}. Index again.`);
    }
    ids.add(row.id);
    return { ...row, source: { file, line: i + 1 } };
  });
}

function parseDocument(line: string): Omit<DocumentRow, 'source'> | undefined {
  let row: Unchecked<DocumentRow>;
  try {
    row = JSON.parse(line) as Unchecked<DocumentRow>;
  } catch {
    return undefined;
  }
  const { id, fields, attributes } = row ?? {};
  const isSound =
    typeof id === 'string' &&
    isRecordOf(fields, ['string']) &&
    isRecordOf(attributes, ['string', 'number', 'boolean']);
  if (!isSound) return undefined;
  return { id, fields: fields as DocumentRow['fields'], attributes: attributes as DocumentRow['attributes'] };
}
