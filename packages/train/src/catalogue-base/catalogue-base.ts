import { type TokenizedTexts, Tokenizer } from '@attune/encode';
import { AttuneError, counted } from '@attune/errors';
import { positiveMutualInformation } from './cooccurrence.js';
import { startTable } from './start-table.js';
import { learnVocabulary, tokenizerJsonOf, unknownToken, type Vocabulary } from './vocabulary.js';

/** What a base made of texts depends on beside them and the seed. */
export const catalogueBaseRecipe = {
  dim: 256,
  /** See VocabularyLimits. */
  leastCount: 3,
  mostTokens: 30_000,
  longestToken: 16,
  /** Tokens stand together where they are at most so many places apart. */
  window: 32,
  /** Words and co-occurrence are counted in at most so many texts, these in so many tokens of each: more change a table little, and cost. */
  mostTexts: 100_000,
  tokensOfText: 256,
} as const;

/** With fewer different texts no two tokens are known to belong together. */
const fewestTexts = 100;

export interface CatalogueBaseOptions {
  /** The text of each document. */
  documents: readonly string[];
  /** [documents]: the queries that led to each, which stand beside its words. Of training alone: what is judged must not be known. */
  queries: readonly (readonly string[])[];
  /** Decides the random parts of the table. A whole number from 0 to 2^32 - 1. */
  seed: number;
  /** Makes a base of fewer than 100 different texts too. */
  few?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

export interface CatalogueBase {
  /** float32, [tokens, dim]; a text is the mean of its tokens' rows, at unit length */
  table: Float32Array;
  dim: number;
  /** Content of tokenizer.json, for this table. */
  tokenizerJson: string;
  tokens: number;
}

/**
 * Makes a static token table of a catalogue and its queries alone, for a language that no base at hand reads: a vocabulary by byte-pair encoding,
 * and a row for each token from what it stands beside. It knows no more than these texts say, and is there to be tuned. The same input and
 * seed give the same bits.
 *
 * @throws {AttuneError} DATA_EMPTY when no text has a word; DATA_TOO_FEW below 100 different texts, unless `few`; CANCELLED
 */
export async function catalogueBase(options: CatalogueBaseOptions): Promise<CatalogueBase> {
  const { documents, queries, seed, signal } = options;
  const { dim, window, mostTexts, tokensOfText, ...limits } = catalogueBaseRecipe;
  const texts = [...new Set([...documents, ...queries.flat()])].filter((text) => text.trim() !== '');
  checkEnough(texts, options);
  const vocabulary = learnVocabulary(wordCounts(texts, mostTexts), limits);
  const tokens = vocabulary.tokens.length;
  const tokenizerJson = tokenizerJsonOf(vocabulary);
  const tokenizer = tokenizerOf(vocabulary);
  const tokenized = await tokenizer.tokenize(texts, { signal });
  const idf = inverseFrequencies(tokenized, tokens);
  const together = textsTogether({ documents, queries, texts, tokenized }, { mostTexts, tokensOfText });
  if (signal?.aborted) throw new AttuneError('CANCELLED', 'Making a base of the catalogue was cancelled.');
  const information = positiveMutualInformation(together, tokens, { window });
  if (signal?.aborted) throw new AttuneError('CANCELLED', 'Making a base of the catalogue was cancelled.');
  return { table: startTable(information, idf, { dim, seed }), dim, tokenizerJson, tokens };
}

function checkEnough(texts: readonly string[], { few }: CatalogueBaseOptions): void {
  if (texts.length === 0) {
    throw new AttuneError(
      'DATA_EMPTY',
      'Expected documents with texts to make a base of, but there is none. Which column is their title or text?',
    );
  }
  if (texts.length >= fewestTexts || few) return;
  throw new AttuneError(
    'DATA_TOO_FEW',
    `Expected at least ${fewestTexts} different texts of documents and queries to make a base of, but found ${counted(texts.length, 'text')}. ` +
      'Name a model as `base`, or set `few` to make one all the same.',
  );
}

const tokenizerOf = (vocabulary: Vocabulary): Tokenizer =>
  new Tokenizer({
    json: tokenizerJsonOf(vocabulary),
    addSpecialTokens: false,
    maxTokens: null,
    truncationSide: 'right',
    lowercase: false,
    rows: vocabulary.tokens.length,
  });

/** Of a longer run without a blank, parts of this length are words: else every token that it holds would cost a pass over all of it. */
const longestWord = 256;

/**
 * How often each word occurs, as a tokeniser with this vocabulary, or any, will cut it; of texts beyond `mostTexts`, characters alone.
 */
function wordCounts(texts: readonly string[], mostTexts: number): Map<string, number> {
  const cutter = tokenizerOf({ tokens: [unknownToken], merges: [] });
  const stride = Math.max(1, Math.ceil(texts.length / mostTexts));
  const counts = new Map<string, number>();
  for (const [i, text] of texts.entries()) {
    const length = i % stride === 0 ? longestWord : 1;
    for (const word of cutter.words(text))
      for (const part of partsOf(word, length)) counts.set(part, (counts.get(part) ?? 0) + 1);
  }
  return counts;
}

/** A word in parts of so many characters. */
function partsOf(word: string, length: number): string[] {
  if (word.length <= length) return [word];
  const characters = [...word];
  return Array.from({ length: Math.ceil(characters.length / length) }, (_, i) =>
    characters.slice(i * length, (i + 1) * length).join(''),
  );
}

/** log((texts + 1) / (texts with the token + 0.5)); 0 for the unknown token, which no text has. */
function inverseFrequencies({ ids, offsets }: TokenizedTexts, tokens: number): Float64Array {
  const texts = offsets.length - 1;
  const frequencies = new Float64Array(tokens);
  const last = new Int32Array(tokens).fill(-1);
  for (let text = 0; text < texts; text++) {
    for (const id of ids.subarray(offsets[text], offsets[text + 1])) {
      if (last[id] === text) continue;
      last[id] = text;
      frequencies[id]!++;
    }
  }
  return frequencies.map((frequency, id) => (id === 0 ? 0 : Math.log((texts + 1) / (frequency + 0.5))));
}

/** Each document's tokens followed by those of its queries; of many documents every k-th. */
function textsTogether(
  parts: Pick<CatalogueBaseOptions, 'documents' | 'queries'> & {
    texts: readonly string[];
    tokenized: TokenizedTexts;
  },
  { mostTexts, tokensOfText }: { mostTexts: number; tokensOfText: number },
): TokenizedTexts {
  const { documents, queries, texts, tokenized } = parts;
  const rowOf = new Map(texts.map((text, row) => [text, row]));
  const idsOf = (text: string): Int32Array => {
    const row = rowOf.get(text);
    return row === undefined
      ? new Int32Array()
      : tokenized.ids.subarray(tokenized.offsets[row], tokenized.offsets[row + 1]);
  };
  const stride = Math.max(1, Math.ceil(documents.length / mostTexts));
  const ids: number[] = [];
  const offsets = [0];
  for (let document = 0; document < documents.length; document += stride) {
    const begin = ids.length;
    for (const text of [documents[document]!, ...queries[document]!]) {
      const room = tokensOfText - (ids.length - begin);
      if (room <= 0) break;
      for (const id of idsOf(text).subarray(0, room)) ids.push(id);
    }
    offsets.push(ids.length);
  }
  return { ids: Int32Array.from(ids), offsets: Uint32Array.from(offsets) };
}
