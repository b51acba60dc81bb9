import type { WorkOptions } from '@attune/binding';
import { documentTextNotes, type Encoder } from '@attune/encode';
import { allRows, FlatIndex, type RowSet, removeRow } from '@attune/indexes';
import type { Catalogue } from './catalogue.js';

/** The vectors of a catalogue, and the exact index over them. */
export interface CatalogueVectors {
  /** float32, [documents, dim]; of a document without text zeros */
  vectors: Float32Array;
  index: FlatIndex;
  /** Documents that have a text, and so a vector; undefined: all. */
  embedded: RowSet | undefined;
  /** What a report tells of the documents' texts. */
  notes: string[];
}

/** Encodes the documents that have a text. */
export async function embedCatalogue(
  encoder: Encoder,
  catalogue: Catalogue,
  options?: WorkOptions,
): Promise<CatalogueVectors> {
  const { dim, fingerprint } = encoder;
  const chosen = encoder.bundle.preprocessing.documentFields;
  const made = catalogue.documentTexts(chosen);
  const vectors = await encoder.encodeDocuments(made.texts, options);
  let embedded: RowSet | undefined;
  for (const row of made.blankRows) {
    embedded ??= allRows(made.texts.length);
    removeRow(embedded, row);
    vectors.fill(0, row * dim, (row + 1) * dim);
  }
  const notes = documentTextNotes(made, chosen);
  return { vectors, index: indexOf(vectors, { dim, fingerprint }), embedded, notes };
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
