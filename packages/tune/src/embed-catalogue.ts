import type { WorkOptions } from '@attune/binding';
import {
  coverageNotes,
  type DocumentTexts,
  documentTextNotes,
  type Encoder,
  equalVectors,
  measureCoverage,
  type Reading,
} from '@attune/encode';
import { allRows, FlatIndex, hasRow, type RowSet, removeRow } from '@attune/indexes';
import type { Catalogue } from './catalogue.js';

/** The vectors of a catalogue, and the exact index over them. */
export interface CatalogueVectors {
  /** float32, [documents, dim]; of a document without text zeros */
  vectors: Float32Array;
  index: FlatIndex;
  /** Documents that have a text, and so a vector; undefined: all. */
  embedded: RowSet | undefined;
  /** Documents whose vectors were made, not known. */
  encoded: number;
  /** How much of the documents' texts the model knows. */
  reading: Reading;
  /** What a report tells of the documents' texts. */
  notes: string[];
}

export interface EmbedCatalogueOptions extends WorkOptions {
  /** Vectors that are there already, by document id: of the documents as they are, by this encoder. */
  known?: ReadonlyMap<string, Float32Array> | undefined;
}

/** The vectors of the documents that have a text: known ones, and of the others what the encoder makes. */
export async function embedCatalogue(
  encoder: Encoder,
  catalogue: Catalogue,
  { known, ...options }: EmbedCatalogueOptions = {},
): Promise<CatalogueVectors> {
  const { dim, fingerprint } = encoder;
  const chosen = encoder.bundle.preprocessing.documentFields;
  const made = catalogue.documentTexts(chosen);
  const embedded = embeddedRows(made);
  const given = new Map<number, Float32Array>();
  const missing: number[] = [];
  for (const [row, id] of catalogue.ids.entries()) {
    if (embedded !== undefined && !hasRow(embedded, row)) continue;
    const vector = known?.get(id);
    if (vector?.length === dim) given.set(row, vector);
    else missing.push(row);
  }
  const encoded = await encoder.encodeDocuments(
    missing.map((row) => made.texts[row]!),
    options,
  );
  const isWhole = missing.length === made.texts.length;
  const vectors = isWhole ? encoded : new Float32Array(made.texts.length * dim);
  if (!isWhole) {
    for (const [i, row] of missing.entries())
      vectors.set(encoded.subarray(i * dim, (i + 1) * dim), row * dim);
    for (const [row, vector] of given) vectors.set(vector, row * dim);
  }
  const index = indexOf(vectors, { dim, fingerprint });
  const reading = {
    model: encoder.bundle.name,
    what: 'documents',
    coverage: await measureCoverage(encoder.tokenizer, made.texts, { signal: options.signal }),
    equal: equalVectors(made.texts, vectors, dim),
  };
  const notes = [...documentTextNotes(made.counts, chosen), ...coverageNotes([reading])];
  return { vectors, index, embedded, encoded: missing.length, reading, notes };
}

/** Documents that have a text; undefined: all. */
export function embeddedRows({ texts, blankRows }: DocumentTexts): RowSet | undefined {
  if (blankRows.length === 0) return undefined;
  const embedded = allRows(texts.length);
  for (const row of blankRows) removeRow(embedded, row);
  return embedded;
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
