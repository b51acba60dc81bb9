import { freemem } from 'node:os';
import type { TokenizedTexts, TransformerConfig } from '@attune/binding';
import { AttuneError } from '@attune/errors';
import type { Recipe } from '../recipe/recipe.js';

/** What a training of a transformer takes, in bytes. */
export interface TrainingMemory {
  /** Weights in each of their forms, and a state on its way to disk. */
  parameters: number;
  /** What the way back needs of the tokens that go through the layers together. */
  activations: number;
  /** What the loss keeps of a batch. */
  vectors: number;
  texts: number;
  total: number;
}

/**
 * An estimate from above, in float32. With P parameters, L layers of H numbers a token, I between them, T tokens that go through the layers
 * together, and B pairs a batch without named negatives:
 *
 *     parameters   4 · P · (weights, anchors, gradients 3 + moments 2 + packed for both ways 2 + base 1 + a judged model 4 + best 1 + a state 3)
 *     activations  4 · T · (L · (8 · H + I) + 8 · H + 2 · I), as native/train/trainable_transformer.h has it
 *     vectors      4 · B · H · (texts and their gradients 4 + queries, documents and theirs 4 + parts of the documents' 8 + scaled queries 1)
 *     texts        4 · tokens, here and in the core
 */
export function trainingMemory(
  { hiddenSize, intermediateSize, layers }: TransformerConfig,
  parameterCount: number,
  { ids, offsets }: TokenizedTexts,
  { chunkTokens = 4096, batch }: Pick<Recipe, 'chunkTokens' | 'batch'>,
): TrainingMemory {
  let longest = 0;
  for (let text = 1; text < offsets.length; ++text)
    longest = Math.max(longest, offsets[text]! - offsets[text - 1]!);
  // A pair has a query, a document and up to four negatives; a text is never cut in two.
  const together = Math.max(longest, Math.min(chunkTokens, 6 * batch * longest));
  const ofLayers = layers * (8 * hiddenSize + intermediateSize);
  const parameters = 64 * parameterCount;
  const activations = 4 * together * (ofLayers + 8 * hiddenSize + 2 * intermediateSize);
  const vectors = 4 * 17 * batch * hiddenSize;
  const texts = 8 * ids.length;
  return { parameters, activations, vectors, texts, total: parameters + activations + vectors + texts };
}

const inGigabytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/**
 * @param available  bytes that can still be had
 * @throws {AttuneError} OUT_OF_MEMORY before anything was begun, with what takes how much
 */
export function checkMemory(
  { parameters, activations, vectors, total }: TrainingMemory,
  available: number,
): void {
  if (total <= available) return;
  throw new AttuneError(
    'OUT_OF_MEMORY',
    `Training this model takes about ${inGigabytes(total)} of memory (${inGigabytes(parameters)} for weights, gradients and what AdamW keeps, ` +
      `${inGigabytes(activations + vectors)} for a batch), but ${inGigabytes(available)} can be had. Close other programs, take a smaller model, or fewer ` +
      'tokens of a text; the adapter tier tunes a map over the same model in a fraction of it.',
  );
}

/** Bytes that this process can still have, by the system and by the limit that a container sets. */
export function availableMemory(): number {
  const free = freemem();
  // Tells a container's limit; there since Node.js 20.13.
  const within = (process as { availableMemory?: () => number }).availableMemory?.() ?? free;
  return within > 0 ? Math.min(free, within) : free;
}
