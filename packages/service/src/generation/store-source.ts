import {
  type Coverage,
  countDocumentText,
  documentText,
  documentTextNotes,
  noDocumentTexts,
  textsTogether,
} from '@attune/encode';
import type { ChangeSource, Changes, LexicalSettings, SegmentRow } from '@attune/search';
import type { StoredDocument, StoreReader } from '@attune/store';
import { CollectionCoverage } from './collection-coverage.js';
import type { DocumentEncoder } from './document-encoder.js';
import type { MadeVectors } from './searching-protocol.js';

const rowsBetweenChecks = 1024;

/**
 * Documents that were written since the last refresh have no vectors yet, as a rule; but where it takes long to make them and they are
 * many, another generation may have. To look for them, all vectors are read.
 */
const worthLooking = { static: Number.POSITIVE_INFINITY, transformer: 64 };

export interface StoreSourceOptions {
  reader: StoreReader;
  collection: string;
  encoder: DocumentEncoder;
  lexical: LexicalSettings;
  /** Gives vectors to the store. */
  keep(made: MadeVectors): Promise<void>;
  progress(done: number, total: number): void;
  /** Is told how much of the documents the model knows, whenever that was looked at. */
  coverage(coverage: Coverage): void;
  /** Is told of documents that lack what the model reads, when all are read. */
  note(message: string): void;
  /** Is told why all is read anew. */
  warn(message: string): void;
  /** @throws {AttuneError} UNAVAILABLE */
  checkWanted(): void;
}

/** A row whose vector is to be made. */
interface MissingVector {
  row: SegmentRow;
  sequence: number;
  text: string;
}

/** What a generation takes from the store: documents, and their vectors by its own bundle, which are made where they lack. */
export class StoreSource implements ChangeSource {
  readonly #options: StoreSourceOptions;
  readonly #coverage: CollectionCoverage;

  constructor(options: StoreSourceOptions) {
    this.#options = options;
    this.#coverage = new CollectionCoverage(options.encoder, options.coverage);
  }

  /** Every document of one moment, in the order of their last writes. */
  async all(): Promise<{ rows: SegmentRow[]; sequence: number }> {
    const counts = noDocumentTexts();
    const { documentFields } = this.#options.encoder.facts.preprocessing;
    const sample = this.#coverage.sample();
    const { rows, sequence } = await this.#changesAfter(0, Number.POSITIVE_INFINITY, (fields) => {
      countDocumentText(counts, fields, documentFields);
      sample.take(() => documentText(fields, documentFields));
    });
    await this.#coverage.looked(sample, counts.documents);
    for (const note of documentTextNotes(counts, documentFields)) this.#options.note(note);
    return { rows: rows.filter((each) => typeof each !== 'string'), sequence };
  }

  /** What was written after a sequence, at most so many documents. */
  async since(after: number, most: number): Promise<Changes> {
    const { documentFields } = this.#options.encoder.facts.preprocessing;
    const sample = this.#coverage.sample();
    const changes = await this.#changesAfter(after, most, (fields) =>
      sample.take(() => documentText(fields, documentFields)),
    );
    await this.#coverage.lookedAtMore(sample);
    return changes;
  }

  differs({ shown, documents }: { shown: number; documents: number }): void {
    this.#options.warn(
      `The index is made again from the store: it holds ${shown} documents, and the store ${documents}.`,
    );
  }

  async #changesAfter(
    after: number,
    most: number,
    seen: (fields: StoredDocument['fields']) => void,
  ): Promise<Changes> {
    const { encoder, lexical, checkWanted } = this.#options;
    const { changes, known, sequence, isWhole, documents } = this.#read(after, most);
    const rows: (SegmentRow | string)[] = [];
    const missing: MissingVector[] = [];
    const { dim, preprocessing } = encoder.facts;
    const { documentFields } = preprocessing;
    const vectorOf = (id: string) => {
      const vector = known.get(id);
      return vector?.length === dim ? vector : undefined;
    };
    for (const change of changes) {
      if (typeof change === 'string') {
        rows.push(change);
        continue;
      }
      const { id, fields, attributes, sequence } = change;
      seen(fields);
      const row: SegmentRow = {
        id,
        attributes,
        line: JSON.stringify({ id, fields, attributes }),
        words: documentText(fields, lexical.fields),
        vector: vectorOf(id),
      };
      rows.push(row);
      if (row.vector !== undefined) continue;
      const text = documentText(fields, documentFields);
      // A document without text has no vector.
      if (text !== '') missing.push({ row, sequence, text });
    }
    await this.#encode(missing);
    checkWanted();
    return { rows, sequence, isWhole, documents };
  }

  #read(after: number, most: number) {
    const { reader, collection, encoder, checkWanted } = this.#options;
    const { fingerprint, kind } = encoder.facts;
    return reader.snapshot(() => {
      let sequence = after;
      let isWhole = true;
      const changes: (StoredDocument | string)[] = [];
      const sequenceOf = new Map<string, number>();
      for (const change of reader.changes(collection, after)) {
        if (changes.length >= most) {
          isWhole = false;
          break;
        }
        if (changes.length % rowsBetweenChecks === 0) checkWanted();
        sequence = Math.max(sequence, change.sequence);
        changes.push(change.document ?? change.id);
        if (change.document) sequenceOf.set(change.id, change.document.sequence);
      }
      const known =
        after === 0 || sequenceOf.size > worthLooking[kind]
          ? reader.vectorsOf(collection, fingerprint, sequenceOf, checkWanted)
          : new Map<string, Float32Array>();
      return { changes, known, sequence, isWhole, documents: reader.countDocuments(collection) };
    });
  }

  async #encode(missing: readonly MissingVector[]): Promise<void> {
    const { encoder, keep, progress } = this.#options;
    const { dim, kind } = encoder.facts;
    const size = textsTogether.storing[kind];
    let keeping = Promise.resolve();
    for (let begin = 0; begin < missing.length; begin += size) {
      this.#options.checkWanted();
      const part = missing.slice(begin, begin + size);
      const vectors = await encoder.encode(part.map(({ text }) => text));
      const made: MadeVectors = { ids: [], sequences: [], vectors, encoded: encoder.takeEncoded() };
      for (const [i, { row, sequence }] of part.entries()) {
        row.vector = vectors.slice(i * dim, (i + 1) * dim);
        made.ids.push(row.id);
        made.sequences.push(sequence);
      }
      progress(Math.min(begin + size, missing.length), missing.length);
      // One part is on its way to the store while the next is made, no more.
      await keeping;
      keeping = keep(made);
    }
    await keeping;
  }
}
