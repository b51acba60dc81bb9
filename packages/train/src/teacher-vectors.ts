/** What a teacher says: vectors of texts, and of each of its tokens alone. */
import type { WorkOptions } from '@attune/binding';
import type { Encoder, TokenizedTexts } from '@attune/encode';
import { AttuneError } from '@attune/errors';

/** Texts of one call: enough to fill the core, few enough to report and to cancel. */
const chunkTexts = 1024;

/**
 * The teacher's vectors of texts, read as its documents are, prompt included. Texts of like length are encoded together,
 * which saves the core from padding.
 *
 * @returns float32, [texts, teacher.dim], in the order of the texts
 * @throws {AttuneError} CANCELLED
 */
export async function textVectors(
  teacher: Encoder,
  texts: readonly string[],
  options?: WorkOptions,
): Promise<Float32Array> {
  const tokens = await teacher.tokenizer.tokenize(teacher.documentTexts(texts), { signal: options?.signal });
  return encodeByLength(teacher, tokens, options);
}

/**
 * The teacher's vector of each token of its vocabulary, alone between its special tokens: [CLS] token [SEP] for BERT.
 *
 * @returns float32, [vocabulary, teacher.dim]; row i is the token with id i
 * @throws {AttuneError} CANCELLED; BUNDLE_INVALID when the vocabulary is empty
 */
export async function tokenVectors(teacher: Encoder, options?: WorkOptions): Promise<Float32Array> {
  const { tokenizer } = teacher;
  const ids = [...tokenizer.vocabulary().values()];
  if (ids.length === 0) {
    throw new AttuneError(
      'BUNDLE_INVALID',
      `${teacher.bundle.name}: expected a tokeniser with a vocabulary, but it is empty.`,
    );
  }
  const rows = ids.reduce((most, id) => Math.max(most, id), 0) + 1;
  // A blank text is the special tokens alone; those before the text are what it shares with a text's beginning.
  const { ids: both, offsets } = await tokenizer.tokenize(['', 'a']);
  const special = both.subarray(0, offsets[1]);
  const withText = both.subarray(offsets[1]);
  let before = 0;
  while (before < special.length && special[before] === withText[before]) before++;
  const length = special.length + 1;
  const packed = new Int32Array(rows * length);
  for (let row = 0; row < rows; row++) {
    packed.set(special.subarray(0, before), row * length);
    packed[row * length + before] = row;
    packed.set(special.subarray(before), row * length + before + 1);
  }
  const places = Uint32Array.from({ length: rows + 1 }, (_, row) => row * length);
  return encodeByLength(teacher, { ids: packed, offsets: places }, options);
}

async function encodeByLength(
  teacher: Encoder,
  { ids, offsets }: TokenizedTexts,
  options: WorkOptions | undefined,
): Promise<Float32Array> {
  const { dim } = teacher;
  const total = offsets.length - 1;
  const lengthOf = (text: number) => offsets[text + 1]! - offsets[text]!;
  const order = Uint32Array.from({ length: total }, (_, text) => text);
  order.sort((a, b) => lengthOf(a) - lengthOf(b) || a - b);
  const vectors = new Float32Array(total * dim);
  for (let begin = 0; begin < total; begin += chunkTexts) {
    const chunk = order.subarray(begin, begin + chunkTexts);
    const places = new Uint32Array(chunk.length + 1);
    for (const [i, text] of chunk.entries()) places[i + 1] = places[i]! + lengthOf(text);
    const packed = new Int32Array(places[chunk.length]!);
    for (const [i, text] of chunk.entries()) {
      packed.set(ids.subarray(offsets[text], offsets[text + 1]), places[i]);
    }
    const encoded = await teacher.encodeTokens({ ids: packed, offsets: places }, { signal: options?.signal });
    for (const [i, text] of chunk.entries()) {
      vectors.set(encoded.subarray(i * dim, (i + 1) * dim), text * dim);
    }
    options?.onProgress?.({ done: begin + chunk.length, total });
  }
  return vectors;
}
