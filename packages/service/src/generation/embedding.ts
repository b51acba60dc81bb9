import type { TokenizedTexts } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { Coalescer } from './coalescer.js';
import { loneSurrogate } from './search-item.js';
import type { ThreadLink } from './thread-link.js';

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
  fingerprint: string;
}

const isTexts = (input: EmbedItem['input']): input is readonly string[] => Array.isArray(input);

const countOf = (input: EmbedItem['input']) => (isTexts(input) ? input.length : input.offsets.length - 1);

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

/** Requests for vectors of one thread; those that come together are one call of its encoder. */
export function embedCoalescer(
  link: ThreadLink,
  known: () => { dim: number; fingerprint: string },
  mostWaiting: number,
): Coalescer<EmbedItem, Embedded> {
  return new Coalescer({
    weightOf: ({ input }) => countOf(input),
    batchWeight: batchTexts,
    mostWaiting,
    send: (items) => sendItems(link, items, known()),
  });
}

async function sendItems(
  link: ThreadLink,
  items: readonly EmbedItem[],
  known: { dim: number; fingerprint: string },
): Promise<(Embedded | AttuneError)[]> {
  const answers = new Array<Embedded | AttuneError>(items.length);
  const joined = { query: [] as number[], document: [] as number[] };
  const alone: number[] = [];
  for (const [i, { role, input }] of items.entries()) (isTexts(input) ? joined[role] : alone).push(i);

  const ask = async (members: readonly number[], role: EmbedItem['role']) => {
    const inputs = members.map((i) => items[i]!.input);
    const input = inputs.every(isTexts) ? inputs.flat() : (inputs[0] as TokenizedTexts);
    try {
      const { vectors, tokens } = await link.request({ kind: 'embed', batch: { role, input } });
      let row = 0;
      for (const i of members) {
        const end = row + countOf(items[i]!.input);
        answers[i] = {
          dim: known.dim,
          fingerprint: known.fingerprint,
          vectors: vectors.slice(row * known.dim, end * known.dim),
          tokens: tokens.subarray(row, end).reduce((sum, each) => sum + each, 0),
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
