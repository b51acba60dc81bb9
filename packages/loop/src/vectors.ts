import type { WorkOptions } from '@attune/binding';
import type { Encoder } from '@attune/encode';
import { FlatIndex } from '@attune/search';
import type { Catalogue } from './catalogue.js';
import type { JudgedSet } from './judged.js';

/** A catalogue's vectors, and the exact index over them. */
export interface EncodedCatalogue {
  encoder: Encoder;
  /** float32, [documents, dim] */
  vectors: Float32Array;
  index: FlatIndex;
}

export async function encodeCatalogue(
  encoder: Encoder,
  catalogue: Catalogue,
  options?: WorkOptions,
): Promise<EncodedCatalogue> {
  const { documentFields } = encoder.bundle.preprocessing;
  return indexed(encoder, await encoder.encodeDocuments(catalogue.texts(documentFields), options));
}

export function indexed(encoder: Encoder, vectors: Float32Array): EncodedCatalogue {
  const index = new FlatIndex({ dim: encoder.dim, metric: 'cosine', fingerprint: encoder.fingerprint });
  index.add(vectors);
  return { encoder, vectors, index };
}

export const encodeJudged = (
  encoder: Encoder,
  set: JudgedSet,
  options?: WorkOptions,
): Promise<Float32Array> =>
  encoder.encodeQueries(
    set.queries.map(({ text }) => text),
    options,
  );
