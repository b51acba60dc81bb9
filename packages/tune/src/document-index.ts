import { existsSync } from 'node:fs';
import type { WorkOptions } from '@attune/binding';
import type { DocumentRow } from '@attune/data';
import { Encoder } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import type { Document, Filter, ScoreModifiers } from '@attune/schema';
import {
  type LexicalSettings,
  lexicalSettings,
  readIndex,
  readIndexManifest,
  type SearchMode,
  TextColumn,
  View,
  writeIndex,
} from '@attune/search';
import { Catalogue } from './catalogue.js';
import { type CatalogueVectors, embedCatalogue } from './embed-catalogue.js';
import { Searcher } from './searcher.js';

export interface BuildIndexOptions extends WorkOptions {
  documents: readonly DocumentRow[];
  encoder: Encoder;
  /** Of the documents by the encoder, where they were made before. */
  vectors?: CatalogueVectors | undefined;
  /** A folder; written beside its place and renamed, so that it is never half there. */
  out: string;
  /** English stems with k1 0.9, b 0.4 and a fusion weight of 0.7 unless an evaluation found better. */
  lexical?: Partial<LexicalSettings> | undefined;
  force?: boolean | undefined;
}

export interface DocumentSearch {
  /** Documents wanted. */
  limit: number;
  /** By vectors, by words, or both fused (unless set). */
  mode?: SearchMode | undefined;
  filter?: Filter | undefined;
  modifiers?: ScoreModifiers | undefined;
  signal?: AbortSignal | undefined;
}

export interface DocumentHit extends Document {
  score: number;
}

/** Documents with their vectors and words in one folder, and the model that made the vectors. */
export class DocumentIndex {
  readonly searcher: Searcher;
  /** What is to be told of the documents' texts, where it has just been built. */
  readonly notes: readonly string[];

  private constructor(searcher: Searcher, notes: readonly string[] = []) {
    this.searcher = searcher;
    this.notes = notes;
  }

  /**
   * Encodes and indexes documents, and writes the folder.
   *
   * @throws {AttuneError} DATA_EMPTY, FILE_EXISTS, DISK_FULL, FILE_UNWRITABLE, CANCELLED
   */
  static async build(options: BuildIndexOptions): Promise<DocumentIndex> {
    const { documents, encoder, out, force } = options;
    if (documents.length === 0)
      throw new AttuneError('DATA_EMPTY', 'Expected documents to index, but received none.');
    if (existsSync(out) && !force) {
      throw new AttuneError(
        'FILE_EXISTS',
        `${out} exists already. Choose another folder, or replace it with --force.`,
      );
    }
    const catalogue = new Catalogue(documents);
    const lexical = lexicalSettings({ fields: catalogue.filledFields(), ...options.lexical });
    const { index, embedded, notes } = options.vectors ?? (await embedCatalogue(encoder, catalogue, options));
    const lines = documents.map(({ id, fields, attributes }) => JSON.stringify({ id, fields, attributes }));
    const view = catalogue.view({
      documents: TextColumn.of(lines),
      vectors: index,
      embedded,
      words: catalogue.words(lexical),
    });
    const about = { fingerprint: encoder.fingerprint, bundle: encoder.bundle.path, lexical };
    await writeIndex(out, view.base, about, { force });
    return new DocumentIndex(new Searcher({ encoder, view, lexical }), notes);
  }

  /**
   * Opens what `build` wrote, with the bundle that it names or another place of the same one.
   *
   * @throws {AttuneError} FILE_NOT_FOUND, FILE_CORRUPT, FORMAT_UNSUPPORTED; BUNDLE_MISMATCH when the bundle is not the one that made
   *   the vectors; as Encoder.load
   */
  static async open(path: string, { bundle }: { bundle?: string | undefined } = {}): Promise<DocumentIndex> {
    const place = bundle ?? (await readIndexManifest(path)).bundle;
    if (place === null) {
      throw new AttuneError(
        'BUNDLE_NOT_FOUND',
        `The index in ${path} does not say where its bundle lies. Name it with --model.`,
      );
    }
    const encoder = await Encoder.load(place);
    const { segment, manifest } = await readIndex(path, { fingerprint: encoder.fingerprint });
    const view = View.of(segment, manifest.sequence);
    return new DocumentIndex(new Searcher({ encoder, view, lexical: manifest.lexical }));
  }

  /** Documents indexed. */
  get count(): number {
    return this.searcher.view.documents;
  }

  /** @throws {AttuneError} INVALID_ARGUMENT for a field that no document has, CANCELLED */
  async search(text: string, options: DocumentSearch): Promise<DocumentHit[]> {
    const { limit, mode, filter, modifiers, signal } = options;
    const { view } = this.searcher;
    const [answer] = await this.searcher.search([{ text, filter, modifiers }], { mode, limit, signal });
    return Array.from(answer!.rows, (row, i) => {
      const document = JSON.parse(view.base.documents.at(row)) as Document;
      return { ...document, score: answer!.scores[i]! };
    });
  }
}
