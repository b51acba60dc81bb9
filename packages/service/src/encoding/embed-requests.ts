import type { TokenizedTexts } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { Coalescer } from '../coalescer.js';
import type { EmbedBatch, EmbedReply } from './embed-batch.js';

export interface EmbedItem {
  role: 'query' | 'document';
  input: readonly string[] | TokenizedTexts;
}

export interface Embedded {
  /** float32, [texts, dim] */
  vectors: Float32Array;
  dim: number;
  /** Of all texts. */
  tokens: number;
  /** Those of them that stand for what the vocabulary does not have. */
  unknownTokens: number;
  fingerprint: string;
}

const sumOf = (counts: Uint32Array) => counts.reduce((sum, each) => sum + each, 0);

const isTexts = (input: EmbedItem['input']): input is readonly string[] => Array.isArray(input);

const countOf = (input: EmbedItem['input']) => (isTexts(input) ? input.length : input.offsets.length - 1);

/** Half of a surrogate pair: no character, and UTF-8 has no bytes for it. */
const loneSurrogate = /\p{Surrogate}/u;

/** @throws {AttuneError} INVALID_ARGUMENT */
export function checkEmbedItem({ input }: EmbedItem): void {
  if (countOf(input) < 1)
    throw new AttuneError('INVALID_ARGUMENT', 'Expected texts to encode, but received none.');
  if (!isTexts(input)) return;
  const wrong = input.findIndex((text) => typeof text !== 'string' || loneSurrogate.test(text));
  if (wrong >= 0) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected texts of whole characters, but number ${wrong} is none, or has a lone surrogate.`,
    );
  }
}

/** Texts that are sent to the thread together. */
const batchTexts = 512;

/** A thread that encodes, and what is known of its encoder. */
export interface EmbeddingThread {
  embed(batch: EmbedBatch): Promise<EmbedReply>;
  known(): { dim: number; fingerprint: string };
}

/** Requests for vectors of one thread; those that come together are one call of its encoder. */
export function embedCoalescer(thread: EmbeddingThread, mostWaiting: number): Coalescer<EmbedItem, Embedded> {
  return new Coalescer({
    weightOf: ({ input }) => countOf(input),
    batchWeight: batchTexts,
    mostWaiting,
    send: (items) => sendItems(thread, items),
  });
}

async function sendItems(
  { embed, known }: EmbeddingThread,
  items: readonly EmbedItem[],
): Promise<(Embedded | AttuneError)[]> {
  const { dim, fingerprint } = known();
  const answers = new Array<Embedded | AttuneError>(items.length);
  const joined = { query: [] as number[], document: [] as number[] };
  const alone: number[] = [];
  for (const [i, { role, input }] of items.entries()) (isTexts(input) ? joined[role] : alone).push(i);

  const ask = async (members: readonly number[], role: EmbedItem['role']) => {
    const inputs = members.map((i) => items[i]!.input);
    const input = inputs.every(isTexts) ? inputs.flat() : (inputs[0] as TokenizedTexts);
    try {
      const { vectors, tokens, unknownTokens } = await embed({ role, input });
      let row = 0;
      for (const i of members) {
        const end = row + countOf(items[i]!.input);
        answers[i] = {
          dim,
          fingerprint,
          vectors: vectors.slice(row * dim, end * dim),
          tokens: sumOf(tokens.subarray(row, end)),
          unknownTokens: sumOf(unknownTokens.subarray(row, end)),
        };
        row = end;
      }
    } catch (error) {
      for (const i of members) answers[i] = error as AttuneError;
    }
  };
  await Promise.all([
    ...(['query', 'document'] as const)
      .filter((role) => joined[role].length > 0)
      .map((role) => ask(joined[role], role)),
    ...alone.map((i) => ask([i], items[i]!.role)),
  ]);
  return answers;
}
