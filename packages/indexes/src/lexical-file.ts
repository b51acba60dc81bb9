import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AttuneError, received } from '@attune/errors';
import { parseJson, replaceFile } from '@attune/files';
import { type AnalyserName, analyserForms, analyserNames } from './analyser.js';
import { type CutName, cutNames } from './cuts/cut.js';
import { indexHeaderBytes, parseIndexHeader, unreadableIndex, writeIndexHeader } from './index-header.js';
import type { Postings } from './postings.js';

/**
 * A lexical index as a file, little-endian:
 *
 *     24 bytes  what every index file begins with: kind `lexical`, version 2 (index-header.ts)
 *     u32       bytes of the JSON
 *     JSON      analyser, cut, identity (of both), k1, b, and how many documents, terms, postings, termBytes; blanks at its
 *               end make its size a multiple of 4
 *     u32       offsets [terms + 1]
 *     u32       rows [postings]
 *     u32       lengths [documents]
 *     u32       ends of the terms in their text [terms]
 *     u16       counts [postings]
 *     UTF-8     the terms' text, termBytes
 *     32 bytes  SHA-256 of all that is before
 */
export interface LexicalFile {
  analyser: AnalyserName;
  cut: CutName;
  identity: string;
  k1: number;
  b: number;
  postings: Postings;
}

interface Sizes {
  documents: number;
  terms: number;
  postings: number;
  termBytes: number;
}

const kind = 'lexical';
const formatVersion = 2;
const prefixBytes = indexHeaderBytes + 4;
const checksumBytes = 32;

export async function writeLexicalFile(path: string, index: LexicalFile): Promise<void> {
  const { terms, offsets, rows, counts, lengths } = index.postings;
  const encoded = terms.map((term) => Buffer.from(term, 'utf8'));
  const termEnds = new Uint32Array(terms.length);
  let termBytes = 0;
  for (const [i, bytes] of encoded.entries()) termEnds[i] = termBytes += bytes.length;

  const sizes: Sizes = { documents: lengths.length, terms: terms.length, postings: rows.length, termBytes };
  const { analyser, cut, identity, k1, b } = index;
  const json = Buffer.from(JSON.stringify({ analyser, cut, identity, k1, b, ...sizes }));
  const header = Buffer.concat([json, Buffer.alloc((4 - (json.length % 4)) % 4, ' ')]);
  const headerSize = Buffer.alloc(4);
  headerSize.writeUInt32LE(header.length);

  const parts = [
    writeIndexHeader({ kind, version: formatVersion }),
    headerSize,
    header,
    ...[offsets, rows, lengths, termEnds, counts].map(bytesOf),
    Buffer.concat(encoded),
  ];
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  await replaceFile(path, [...parts, hash.digest()]);
}

/** @throws {AttuneError} FILE_NOT_FOUND, FILE_UNREADABLE, FILE_CORRUPT or FORMAT_UNSUPPORTED, naming the file and the reason */
export async function readLexicalFile(path: string): Promise<LexicalFile> {
  const file = await readWhole(path);
  const begin = parseIndexHeader(path, file);
  if (begin.kind !== kind || begin.version !== formatVersion) {
    throw new AttuneError(
      'FORMAT_UNSUPPORTED',
      `Expected ${path} to be an index of the kind ${kind}, version ${formatVersion}, but it is of the kind ${begin.kind}, ` +
        `version ${begin.version}. Update Attune, or build the index again from its documents.`,
    );
  }
  if (file.length < prefixBytes + checksumBytes) throw corrupt(path, 'it ends within its header');
  const body = file.subarray(0, file.length - checksumBytes);
  if (!createHash('sha256').update(body).digest().equals(file.subarray(body.length))) {
    throw corrupt(path, 'its checksum does not match its content');
  }

  const headerEnd = prefixBytes + file.readUInt32LE(indexHeaderBytes);
  if (headerEnd > body.length) throw corrupt(path, 'its header is longer than the file');
  const header = readHeader(path, body.subarray(prefixBytes, headerEnd));
  const { documents, terms, postings, termBytes } = header;
  const expected = headerEnd + 4 * (terms + 1 + postings + documents + terms) + 2 * postings + termBytes;
  if (expected !== body.length) {
    throw corrupt(
      path,
      `its header promises ${expected} bytes before the checksum, but there are ${body.length}`,
    );
  }

  let at = headerEnd;
  // Copied, because a file's bytes need not lie where numbers may.
  const fill = <T extends Uint32Array | Uint16Array>(array: T): T => {
    bytesOf(array).set(body.subarray(at, at + array.byteLength));
    at += array.byteLength;
    return array;
  };
  const offsets = fill(new Uint32Array(terms + 1));
  const rows = fill(new Uint32Array(postings));
  const lengths = fill(new Uint32Array(documents));
  const termEnds = fill(new Uint32Array(terms));
  const counts = fill(new Uint16Array(postings));
  const text = body.subarray(at);
  checkPostings(path, { offsets, rows, counts, lengths }, termEnds, termBytes);

  const found: string[] = [];
  for (let i = 0; i < terms; ++i)
    found.push(text.toString('utf8', i === 0 ? 0 : termEnds[i - 1], termEnds[i]));
  const { analyser, cut, identity, k1, b } = header;
  return { analyser, cut, identity, k1, b, postings: { terms: found, offsets, rows, counts, lengths } };
}

async function readWhole(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw unreadableIndex(path, error);
  }
}

function readHeader(path: string, bytes: Buffer): Omit<LexicalFile, 'postings'> & Sizes {
  let header: unknown;
  try {
    header = parseJson(bytes.toString('utf8'));
  } catch {
    throw corrupt(path, 'its header is not JSON');
  }
  const { analyser, cut, identity, k1, b, documents, terms, postings, termBytes } = (header ?? {}) as Record<
    string,
    unknown
  >;
  const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  const isNumber = (value: unknown): value is number =>
    typeof value === 'number' && value >= 0 && value <= 100;
  if (!isSize(documents) || !isSize(terms) || !isSize(postings) || !isSize(termBytes)) {
    throw corrupt(path, 'its header lacks documents, terms, postings or termBytes');
  }
  if (typeof identity !== 'string' || !isNumber(k1) || !isNumber(b) || b > 1) {
    throw corrupt(path, 'its header lacks identity, k1 or b, or they are out of range');
  }
  const known = (names: readonly string[], name: unknown, what: string, forms = names.join(', ')) => {
    if (names.includes(name as string)) return;
    throw new AttuneError(
      'FORMAT_UNSUPPORTED',
      `The lexical index ${path} needs the ${what} ${received(name)}, but this version of Attune has ` +
        `${forms}. Build the index again with one of these.`,
    );
  };
  known(analyserNames, analyser, 'analyser', analyserForms);
  known(cutNames, cut, 'cut');
  return {
    analyser: analyser as AnalyserName,
    cut: cut as CutName,
    identity,
    k1,
    b,
    documents,
    terms,
    postings,
    termBytes,
  };
}

/** What a search trusts: offsets that never fall, rows that rise within a term and exist. */
function checkPostings(
  path: string,
  { offsets, rows, counts, lengths }: Omit<Postings, 'terms'>,
  termEnds: Uint32Array,
  termBytes: number,
): void {
  const terms = offsets.length - 1;
  if (offsets[0] !== 0 || offsets[terms] !== rows.length || (termEnds[terms - 1] ?? 0) !== termBytes) {
    throw corrupt(path, 'its terms do not cover its postings');
  }
  for (let term = 0; term < terms; ++term) {
    if (offsets[term + 1]! <= offsets[term]! || (term > 0 && termEnds[term]! < termEnds[term - 1]!)) {
      throw corrupt(path, `its term ${term} has no postings or no text`);
    }
    for (let posting = offsets[term]!; posting < offsets[term + 1]!; ++posting) {
      const inOrder = posting === offsets[term] || rows[posting]! > rows[posting - 1]!;
      if (!inOrder || rows[posting]! >= lengths.length || counts[posting] === 0) {
        throw corrupt(
          path,
          `posting ${posting} is of row ${rows[posting]} of ${lengths.length}, or out of order`,
        );
      }
    }
  }
}

function corrupt(path: string, reason: string): AttuneError {
  return new AttuneError(
    'FILE_CORRUPT',
    `${path} is not a whole lexical index: ${reason}. Build the index again from its documents.`,
  );
}

function bytesOf(array: Uint32Array | Uint16Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
