/** A tiny random model of a dozen words: a bundle as any other, that loads at once. */
import { writeStaticBundle } from '@attune/encode';

export const words = [
  '[PAD]',
  '[UNK]',
  'lamp',
  'sofa',
  'oak',
  'red',
  'desk',
  'chair',
  'blue',
  'shelf',
  'steel',
  'rug',
];
const dim = 8;

const tokenizer = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [],
  normalizer: { type: 'Lowercase' },
  pre_tokenizer: { type: 'Whitespace' },
  post_processor: null,
  decoder: null,
  model: {
    type: 'WordLevel',
    vocab: Object.fromEntries(words.map((word, id) => [word, id])),
    unk_token: '[UNK]',
  },
};

/** @param seed  models of two seeds differ in their numbers */
export async function writeTinyModel(path, { seed = 1 } = {}) {
  // More numbers than are ever drawn by a seed, so that a model of these is no other.
  const numberOf = (i) => Math.fround(Math.sin(i * 12.9898 + seed));
  await writeStaticBundle({
    path,
    table: Float32Array.from({ length: words.length * dim }, (_, i) => numberOf(i)),
    dim,
    tokenizerJson: JSON.stringify(tokenizer),
    lineage: { recipe: { name: 'none' } },
  });
}
