import type { WorkOptions } from '@attune/binding';
import type { Encoder } from '@attune/encode';
import { allRows, FlatIndex, type RowSet, removeRow } from '@attune/indexes';
import type { Catalogue } from './catalogue.js';

/** The vectors of a catalogue, and the exact index over them. */
export interface CatalogueVectors {
  /** float32, [documents, dim]; of a document without text zeros */
  vectors: Float32Array;
  index: FlatIndex;
  /** Documents that have a text, and so a vector; undefined: all. */
  embedded: RowSet | undefined;
}

/** Encodes the documents that have a text. */
export async function embedCatalogue(
  encoder: Encoder,
  catalogue: Catalogue,
  options?: WorkOptions,
): Promise<CatalogueVectors> {
  const texts = catalogue.texts(encoder.bundle.preprocessing.documentFields);
  const vectors = await encoder.encodeDocuments(texts, options);
  const { dim, fingerprint } = encoder;
  let embedded: RowSet | undefined;
  for (const [row, text] of texts.entries()) {
    if (text !== '') continue;
    embedded ??= allRows(texts.length);
    removeRow(embedded, row);
    vectors.fill(0, row * dim, (row + 1) * dim);
  }
  return { vectors, index: indexOf(vectors, { dim, fingerprint }), embedded };
}

/** @param vectors  float32, [documents, dim] */
export function indexOf(
  vectors: Float32Array,
  { dim, fingerprint }: { dim: number; fingerprint?: string },
): FlatIndex {
  const index = new FlatIndex({ dim, metric: 'cosine', fingerprint });
  index.add(vectors);
  return index;
}
