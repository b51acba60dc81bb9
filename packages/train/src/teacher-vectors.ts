/** What a teacher says: vectors of texts, and of each of its tokens alone. */
import type { WorkOptions } from '@attune/binding';
import { type Encoder, type TokenizedTexts, textsTogether } from '@attune/encode';

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
 * The teacher's vectors of single tokens, each alone between its special tokens: [CLS] token [SEP] for BERT.
 *
 * @param tokens  ids of the teacher's vocabulary
 * @returns float32, [tokens, teacher.dim], in the order of the tokens
 * @throws {AttuneError} CANCELLED
 */
export async function tokenVectors(
  teacher: Encoder,
  tokens: Int32Array,
  options?: WorkOptions,
): Promise<Float32Array> {
  // A blank text is the special tokens alone; those before the text are what it shares with a text's beginning.
  const { ids: both, offsets } = await teacher.tokenizer.tokenize(['', 'a']);
  const special = both.subarray(0, offsets[1]);
  const withText = both.subarray(offsets[1]);
  let before = 0;
  while (before < special.length && special[before] === withText[before]) before++;
  const length = special.length + 1;
  const ids = new Int32Array(tokens.length * length);
  for (const [i, token] of tokens.entries()) {
    ids.set(special.subarray(0, before), i * length);
    ids[i * length + before] = token;
    ids.set(special.subarray(before), i * length + before + 1);
  }
  const places = Uint32Array.from({ length: tokens.length + 1 }, (_, i) => i * length);
  return encodeByLength(teacher, { ids, offsets: places }, options);
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
  const size = textsTogether.job[teacher.bundle.kind];
  for (let begin = 0; begin < total; begin += size) {
    const chunk = order.subarray(begin, begin + size);
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
