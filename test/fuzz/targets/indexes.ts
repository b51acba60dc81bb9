/** What the server keeps of its own: manifests of indexes, and indexes of words. */
import { ok, strictEqual } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LexicalIndex, openIndex } from '@attune/indexes';
import {
  answerQueries,
  indexFiles,
  lexicalSettings,
  readIndex,
  Segment,
  segmentColumns,
  View,
  writeIndex,
} from '@attune/search';
import type { Target } from '../fuzz.js';
import { scratchFile, scratchFolder } from './scratch.js';
import { resealed } from './seals.js';

const texts = ['oak desk lamp', 'desk', 'floor lamps of oak', '红色 台灯', '', 'Straße lampe desk'];
const checksumBytes = 32;

const withChecksum = (body: Buffer) => Buffer.concat([body, createHash('sha256').update(body).digest()]);
const headerBytes = 28;
const headerEnd = (bytes: Buffer) => {
  const end = bytes.length < headerBytes ? headerBytes : headerBytes + bytes.readUInt32LE(headerBytes - 4);
  return Math.min(end, bytes.length);
};

export const indexes: readonly Target[] = [
  {
    name: 'index-manifest',
    words: [
      'format',
      'fingerprint',
      'bundle',
      'lexical',
      'store',
      'sequence',
      'documents',
      'withoutVector',
      'files',
    ],
    seeds: async () => [readFileSync(join(await soundIndex(), indexFiles.manifest))],
    repaired: resealed,
    read: readSegment,
  },
  {
    name: 'lexical-index',
    words: ['analyser', 'cut', 'identity', 'k1', 'b', 'documents', 'terms', 'postings', 'termBytes'],
    seeds: async () => [await lexicalFile(texts), await lexicalFile([''])],
    repaired: (bytes) => withChecksum(bytes.subarray(0, Math.max(0, bytes.length - checksumBytes))),
    json: {
      of: (bytes) => bytes.toString('utf8', headerBytes, headerEnd(bytes)),
      within: (bytes, json) => {
        const header = Buffer.from(json.padEnd(Math.ceil(json.length / 4) * 4));
        const size = Buffer.alloc(4);
        size.writeUInt32LE(header.length);
        const rest = bytes.subarray(headerEnd(bytes));
        return Buffer.concat([bytes.subarray(0, headerBytes - 4), size, header, rest]);
      },
    },
    read: readWords,
  },
];

async function lexicalFile(of: readonly string[]): Promise<Buffer> {
  const path = join(scratchFolder(), 'seed.lex');
  await LexicalIndex.build({ texts: of }).save(path);
  return readFileSync(path);
}

/** An index that is opened answers: rows that are there, and scores that are numbers. */
async function readWords(input: Buffer): Promise<string> {
  const index = await openIndex(scratchFile('words.lex', input));
  if (index.kind !== 'lexical') return index.kind;
  const { rows, scores } = index.search('desk lamp 台灯', { k: 8 });
  for (const [i, row] of rows.entries()) {
    ok(row >= -1 && row < index.count, `row ${row} of ${index.count}`);
    ok(row === -1 || Number.isFinite(scores[i]), `a score of ${scores[i]}`);
  }
  return `${index.count} ${rows.filter((row) => row >= 0).length}`;
}

/** An index whose manifest is believed holds as many documents as it says, and answers. */
async function readSegment(input: Buffer): Promise<string> {
  const folder = await soundIndex();
  const file = join(folder, indexFiles.manifest);
  const sound = readFileSync(file);
  try {
    writeFileSync(file, input);
    const { segment, manifest } = await readIndex(folder);
    strictEqual(segment.count, manifest.documents);
    ok(manifest.sequence >= 0, `sequence ${manifest.sequence}`);
    const { fusionWeight } = manifest.lexical;
    const query = {
      spec: { mode: 'hybrid' },
      text: 'lamp',
      vector: new Float32Array(dim).fill(0.5),
      limit: 3,
    } as const;
    const [answer] = await answerQueries(View.of(segment), [query], { fusionWeight });
    ok(answer !== undefined);
    return `${segment.count}`;
  } finally {
    writeFileSync(file, sound);
  }
}

const dim = 4;
let sound: Promise<string> | undefined;

function soundIndex(): Promise<string> {
  sound ??= (async () => {
    const path = join(scratchFolder(), 'sound-index');
    const rows = texts.map((text, row) => ({
      id: `d${row}`,
      attributes: { price: row },
      line: JSON.stringify({ id: `d${row}`, attributes: { price: row }, fields: { title: text } }),
      words: text,
      vector: text === '' ? undefined : Float32Array.of(0.5, 0.5, row % 2 === 0 ? 0.5 : -0.5, 0.5),
    }));
    const lexical = lexicalSettings();
    const fingerprint = 'f'.repeat(64);
    const segment = await Segment.of(segmentColumns(rows, { dim, lexical }), { dim, fingerprint });
    await writeIndex(path, segment, { fingerprint, lexical, store: 'a-store', sequence: 7 });
    return path;
  })();
  return sound;
}
