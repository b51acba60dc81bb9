/**
 * A shop so small that a test can tune a model on it: every thing is called one word by its sellers and another by whoever looks for
 * it, a document is about two things, and the base's word vectors are random. What there is to learn: which words mean the same.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset, DocumentRow, InteractionRow, JudgedSlice, QueryRow } from '@attune/data';
import { type Preprocessing, writeStaticBundle } from '@attune/encode';
import { afterAll } from 'vitest';
import { randomNumbers } from '../../random.js';

/** Sellers' word and buyers' word of each thing. */
export const things = [
  ['lamp', 'light'],
  ['sofa', 'couch'],
  ['tap', 'faucet'],
  ['carpet', 'rug'],
  ['cupboard', 'closet'],
  ['bin', 'trash'],
  ['curtain', 'drape'],
  ['mattress', 'bedding'],
  ['torch', 'flash'],
  ['shovel', 'spade'],
  ['pliers', 'tongs'],
  ['kettle', 'boiler'],
  ['mug', 'cup'],
  ['plank', 'board'],
  ['hose', 'tube'],
  ['ladder', 'step'],
] as const;

const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];
const tokens = [...special, ...things.flat(), 'and', 'new', 'used'];

export const tokenizerJson = JSON.stringify({
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: special.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })),
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: null,
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
  },
});

/** More than there are words, so that a linear map can tell them apart. */
export const dim = 48;

/** A folder of one test file, removed when its tests have run. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'attune-shop-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes the untuned base, and gives its path. */
export async function writeSmallBase(
  path: string,
  seed = 1,
  preprocessing: Partial<Preprocessing> = {},
): Promise<string> {
  const random = randomNumbers(seed);
  const table = Float32Array.from({ length: tokens.length * dim }, () => random() * 2 - 1);
  await writeStaticBundle({
    path,
    table,
    dim,
    tokenizerJson,
    preprocessing: { documentFields: ['title', 'note'], ...preprocessing },
  });
  return path;
}

/**
 * 120 documents, one for each two things. Four fifths of the queries are for training, the others judged.
 *
 * @param judged  the names of the judged slices; queries are dealt to them in turn
 */
export function smallShop(judged: readonly string[] = ['dev', 'test']): Dataset {
  const source = { file: 'small-shop.ts', line: 1 };
  const documents: DocumentRow[] = [];
  const queries: QueryRow[] = [];
  const interactions: InteractionRow[] = [];
  const slices: JudgedSlice[] = judged.map((name) => ({ name, judgments: new Map() }));
  things.forEach(([seller, buyer], a) => {
    things.slice(0, a).forEach(([otherSeller, otherBuyer], b) => {
      const n = documents.length;
      const id = `item-${String(n).padStart(3, '0')}`;
      documents.push({
        id,
        fields: { title: `${seller} and ${otherSeller}`, note: n % 2 ? 'new' : 'used' },
        attributes: { shop: b % 2 ? 'east' : 'west', sales: n },
        source,
      });
      const query = { id: `q-${n}`, text: `${buyer} ${otherBuyer}`, source };
      const isJudged = n % 5 >= 3;
      queries.push({ ...query, part: isJudged ? (n % 2 ? 'dev' : 'test') : 'train' });
      if (isJudged) slices[n % slices.length]!.judgments.set(query.id, new Map([[id, 2]]));
      else interactions.push({ queryId: query.id, query: query.text, documentId: id, weight: 1, source });
    });
  });
  return { path: 'small-shop', documents, queries, interactions, slices };
}
