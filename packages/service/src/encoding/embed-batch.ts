import { type Encoder, type TokenizedTexts, textsTogether } from '@attune/encode';
import { AttuneError } from '@attune/errors';

/** What a thread with an encoder is asked for. */
export interface EmbedCalls {
  embed: (batch: EmbedBatch) => EmbedReply;
}

export interface EmbedBatch {
  role: 'query' | 'document';
  /** Texts of all that ask, one after another; or tokens of one that asks. */
  input: string[] | TokenizedTexts;
}

export interface EmbedReply {
  /** float32, [texts, dim] */
  vectors: Float32Array;
  /** Tokens of each text. */
  tokens: Uint32Array;
  /** Those of each text that stand for what the vocabulary does not have. */
  unknownTokens: Uint32Array;
}

/** Vectors of texts, or of texts that were tokenised by whoever asks, with the tokens of each. */
export async function embedBatch(encoder: Encoder, { role, input }: EmbedBatch): Promise<EmbedReply> {
  if (!Array.isArray(input)) {
    checkTokens(encoder, input);
    return encodeParts(encoder, input);
  }
  const texts = role === 'query' ? encoder.queryTexts(input) : encoder.documentTexts(input);
  return encodeParts(encoder, await encoder.tokenizer.tokenize(texts));
}

async function encodeParts(encoder: Encoder, { ids, offsets }: TokenizedTexts): Promise<EmbedReply> {
  const { dim } = encoder;
  const count = offsets.length - 1;
  const tokens = new Uint32Array(count);
  const unknownTokens = new Uint32Array(count);
  for (let i = 0; i < count; ++i) {
    tokens[i] = offsets[i + 1]! - offsets[i]!;
    unknownTokens[i] = encoder.tokenizer.countUnknown(ids.subarray(offsets[i]!, offsets[i + 1]!));
  }
  const vectors = new Float32Array(count * dim);
  const size = textsTogether.request[encoder.bundle.kind];
  for (let begin = 0; begin < count; begin += size) {
    const end = Math.min(begin + size, count);
    const first = offsets[begin]!;
    const part = {
      ids: ids.slice(first, offsets[end]!),
      offsets: offsets.slice(begin, end + 1).map((offset) => offset - first),
    };
    vectors.set(await encoder.encodeTokens(part), begin * dim);
  }
  return { vectors, tokens, unknownTokens };
}

/** @throws {AttuneError} INVALID_ARGUMENT */
function checkTokens(encoder: Encoder, { ids, offsets }: TokenizedTexts): void {
  const { rows, maxTokens } = encoder.tokenizer.settings;
  const wrong = (what: string) =>
    new AttuneError('INVALID_ARGUMENT', `Expected tokens of ${encoder.bundle.name}: ${what}.`);
  if (offsets.length === 0 || offsets[0] !== 0 || offsets.at(-1) !== ids.length)
    throw wrong(`offsets go from 0 to the number of ids, ${ids.length}`);
  for (let i = 1; i < offsets.length; ++i) {
    const length = offsets[i]! - offsets[i - 1]!;
    if (length < 0) throw wrong(`offset ${i} is below the one before`);
    if (maxTokens !== null && length > maxTokens)
      throw wrong(`text ${i - 1} has ${length}, and at most ${maxTokens} are taken`);
  }
  for (const id of ids) {
    if (!(id >= 0 && id < rows)) throw wrong(`ids are 0 to ${rows - 1}, but ${id} is among them`);
  }
}
