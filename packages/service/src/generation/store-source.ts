import type { Encoder } from '@attune/encode';
import type { LexicalSettings } from '@attune/loop';
import type { StoredDocument, StoreReader } from '@attune/store';
import { documentTextOf } from './document-text.js';
import type { MadeVectors } from './messages.js';
import { type SegmentRow, segmentRow } from './segment.js';

/** A row and its vector. */
export interface VectorRow {
  row: SegmentRow;
  /** float32, [dim] */
  vector: Float32Array;
}

/** Texts that are encoded together while searches go on: a larger call would keep them waiting. */
const encodedAtOnce = { static: 1024, transformer: 32 };

const rowsBetweenChecks = 1024;

/**
 * Documents that were written since the last refresh have no vectors yet, as a rule; but where it takes long to make them and they are
 * many, another generation may have. To look for them, all vectors are read.
 */
const worthLooking = { static: Number.POSITIVE_INFINITY, transformer: 64 };

/** What a generation takes from the store: documents, and their vectors by its own bundle, which are made where they lack. */
export class StoreSource {
  readonly #reader: StoreReader;
  readonly #collection: string;
  readonly #encoder: Encoder;
  readonly #lexical: LexicalSettings;
  readonly #keep: (made: MadeVectors) => Promise<void>;
  readonly #progress: (done: number, total: number) => void;
  readonly #checkWanted: () => void;
  readonly #signal: AbortSignal;

  /** @param keep  gives vectors to the store; a failure of it is no failure here, for they can be made again */
  constructor(options: {
    reader: StoreReader;
    collection: string;
    encoder: Encoder;
    lexical: LexicalSettings;
    keep: (made: MadeVectors) => Promise<void>;
    progress: (done: number, total: number) => void;
    checkWanted: () => void;
    signal: AbortSignal;
  }) {
    this.#reader = options.reader;
    this.#collection = options.collection;
    this.#encoder = options.encoder;
    this.#lexical = options.lexical;
    this.#keep = options.keep;
    this.#progress = options.progress;
    this.#checkWanted = options.checkWanted;
    this.#signal = options.signal;
  }

  /** Every document of one moment, in the order of their last writes. */
  async all(): Promise<{ rows: VectorRow[]; sequence: number }> {
    const { rows, sequence } = await this.since(0);
    return { rows: rows.filter((each) => typeof each !== 'string'), sequence };
  }

  /**
   * What was written after a sequence.
   *
   * @returns the documents as they are now; of deleted ones their ids
   */
  async since(after: number): Promise<{ rows: (VectorRow | string)[]; sequence: number }> {
    const { changes, known, sequence } = this.#read(after);
    const rows: (VectorRow | string)[] = [];
    const missing: { place: number; text: string }[] = [];
    const { documentFields } = this.#encoder.bundle.preprocessing;
    for (const [place, change] of changes.entries()) {
      if (typeof change === 'string') {
        rows.push(change);
        continue;
      }
      const vector = known.get(change.id);
      if (vector === undefined) missing.push({ place, text: documentTextOf(change.fields, documentFields) });
      rows.push({ row: segmentRow(change, this.#lexical), vector: vector ?? none });
    }
    await this.#encode(rows, missing);
    this.#checkWanted();
    return { rows, sequence };
  }

  #read(after: number): {
    changes: (StoredDocument | string)[];
    known: Map<string, Float32Array>;
    sequence: number;
  } {
    const { dim, fingerprint, bundle } = this.#encoder;
    return this.#reader.snapshot(() => {
      let sequence = after;
      const changes: (StoredDocument | string)[] = [];
      const sequenceOf = new Map<string, number>();
      for (const change of this.#reader.changes(this.#collection, after)) {
        if (changes.length % rowsBetweenChecks === 0) this.#checkWanted();
        sequence = Math.max(sequence, change.sequence);
        changes.push(change.document ?? change.id);
        if (change.document) sequenceOf.set(change.id, change.document.sequence);
      }
      const known = new Map<string, Float32Array>();
      if (after === 0 || sequenceOf.size > worthLooking[bundle.kind]) {
        for (const { id, sequence, vector } of this.#reader.vectors(this.#collection, fingerprint)) {
          if (known.size % rowsBetweenChecks === 0) this.#checkWanted();
          if (sequenceOf.get(id) === sequence && vector.length === dim) known.set(id, vector);
        }
      }
      return { changes, known, sequence };
    });
  }

  async #encode(
    rows: (VectorRow | string)[],
    missing: readonly { place: number; text: string }[],
  ): Promise<void> {
    const { dim } = this.#encoder;
    const size = encodedAtOnce[this.#encoder.bundle.kind];
    let keeping = Promise.resolve();
    for (let begin = 0; begin < missing.length; begin += size) {
      const part = missing.slice(begin, begin + size);
      const texts = part.map(({ text }) => text);
      const vectors = await this.#encoder.encodeDocuments(texts, { signal: this.#signal });
      const made: MadeVectors = { ids: [], sequences: [], vectors };
      for (const [i, { place }] of part.entries()) {
        const each = rows[place] as VectorRow;
        each.vector = vectors.slice(i * dim, (i + 1) * dim);
        made.ids.push(each.row.id);
        made.sequences.push(each.row.sequence);
      }
      this.#progress(Math.min(begin + size, missing.length), missing.length);
      // One part is on its way to the store while the next is made, no more.
      await keeping;
      keeping = this.#keep(made);
    }
    await keeping;
  }
}

const none = new Float32Array(0);

/** Vectors of rows as an index takes them, some at a time. */
export function* packedVectors(rows: readonly VectorRow[], dim: number): Generator<Float32Array> {
  const atOnce = 1024;
  for (let begin = 0; begin < rows.length; begin += atOnce) {
    const part = rows.slice(begin, begin + atOnce);
    const packed = new Float32Array(part.length * dim);
    for (const [i, { vector }] of part.entries()) packed.set(vector, i * dim);
    yield packed;
  }
}
