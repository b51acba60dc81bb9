import { existsSync } from 'node:fs';
import type { WorkOptions } from '@attune/binding';
import type { DocumentRow } from '@attune/data';
import { Encoder, measureCoverage, type Reading } from '@attune/encode';
import {
  AttuneError,
  checkCount,
  checkFilledText,
  checkList,
  checkOneOf,
  checkOptions,
  checkText,
  wrongArgument,
} from '@attune/errors';
import type { Document, Filter, ScoreModifiers } from '@attune/schema';
import {
  carriedSettings,
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
  /** In place of those that the encoder's bundle carries; where it carries none, English stems, k1 0.9, b 0.4 and a fusion weight of 0.7. */
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
  /** How much of the documents' texts the model knows, where it has just been built. */
  readonly reading: Reading | undefined;

  private constructor(searcher: Searcher, { notes, reading }: Partial<CatalogueVectors> = {}) {
    this.searcher = searcher;
    this.notes = notes ?? [];
    this.reading = reading;
  }

  /**
   * Encodes and indexes documents, and writes the folder.
   *
   * @throws {AttuneError} INVALID_ARGUMENT naming the document that is none; DATA_EMPTY, FILE_EXISTS, DISK_FULL, FILE_UNWRITABLE, CANCELLED
   */
  static async build(options: BuildIndexOptions): Promise<DocumentIndex> {
    checkOptions("{ documents, encoder, out: 'my-index' }", options);
    const { documents, encoder, out, force } = options;
    checkList('documents', documents);
    if (!(encoder instanceof Encoder)) throw wrongArgument('encoder', 'an Encoder', encoder);
    checkFilledText('out', out, 'the path of a folder');
    if (documents.length === 0)
      throw new AttuneError('DATA_EMPTY', 'Expected documents to index, but received none.');
    if (existsSync(out) && !force) {
      throw new AttuneError(
        'FILE_EXISTS',
        `${out} exists already. Choose another \`out\`, or replace it with \`force\`.`,
      );
    }
    checkRows(documents);
    const catalogue = new Catalogue(documents);
    const { manifest, path } = encoder.bundle;
    const lexical = lexicalSettings({
      fields: catalogue.filledFields(),
      ...carriedSettings(manifest?.lineage.search, path),
      ...options.lexical,
    });
    const vectors = options.vectors ?? (await embedCatalogue(encoder, catalogue, options));
    const lines = documents.map(({ id, fields, attributes }) => JSON.stringify({ id, fields, attributes }));
    const view = catalogue.view({
      documents: TextColumn.of(lines),
      vectors: vectors.index,
      embedded: vectors.embedded,
      words: catalogue.words(lexical),
    });
    const about = { fingerprint: encoder.fingerprint, bundle: encoder.bundle.path, lexical };
    await writeIndex(out, view.base, about, { force });
    return new DocumentIndex(new Searcher({ encoder, view, lexical }), vectors);
  }

  /**
   * Opens what `build` wrote, with the bundle that it names or another place of the same one.
   *
   * @throws {AttuneError} FILE_NOT_FOUND, FILE_CORRUPT, FORMAT_UNSUPPORTED; BUNDLE_MISMATCH when the bundle is not the one that made
   *   the vectors; as Encoder.load
   */
  static async open(path: string, { bundle }: { bundle?: string | undefined } = {}): Promise<DocumentIndex> {
    checkFilledText('path', path, 'the folder of an index');
    const place = bundle ?? (await readIndexManifest(path)).bundle;
    if (place === null) {
      throw new AttuneError(
        'BUNDLE_NOT_FOUND',
        `The index in ${path} does not say where its bundle lies. Name it with \`bundle\`.`,
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

  /** Whether the model knows a token of the text; where it knows none, its scores mean nothing. */
  async knows(text: string): Promise<boolean> {
    const { tokenizer } = this.searcher.encoder;
    const { texts, unknownShare } = await measureCoverage(tokenizer, [text]);
    return texts === 0 || unknownShare < 1;
  }

  /** @throws {AttuneError} INVALID_ARGUMENT for a field that no document has, CANCELLED */
  async search(text: string, options: DocumentSearch): Promise<DocumentHit[]> {
    if (typeof text !== 'string' || text.trim() === '')
      throw wrongArgument('text', 'a text to search for', text);
    checkOptions('{ limit: 10 }', options);
    const { limit, mode, filter, modifiers, signal } = options;
    checkCount('limit', limit);
    if (mode !== undefined) checkOneOf('mode', mode, ['hybrid', 'vector', 'lexical']);
    const { view } = this.searcher;
    const [answer] = await this.searcher.search([{ text, filter, modifiers }], { mode, limit, signal });
    return Array.from(answer!.rows, (row, i) => {
      const document = JSON.parse(view.base.documents.at(row)) as Document;
      return { ...document, score: answer!.scores[i]! };
    });
  }
}

/** A document that is none would be found out only among the words, and two of one id would be one when they are looked up. */
function checkRows(documents: readonly DocumentRow[]): void {
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const rowOf = new Map<string, number>();
  for (const [row, document] of documents.entries()) {
    const name = `documents[${row}]`;
    if (!isObject(document)) throw wrongArgument(name, 'a document', document);
    const { id, fields, attributes } = document;
    checkFilledText(`${name}.id`, id);
    if (!isObject(fields)) throw wrongArgument(`${name}.fields`, 'texts by their names', fields);
    for (const field of Object.keys(fields)) checkText(`${name}.fields.${field}`, fields[field]);
    if (!isObject(attributes)) throw wrongArgument(`${name}.attributes`, 'values by their names', attributes);
    const before = rowOf.get(id);
    if (before !== undefined)
      throw wrongArgument(`${name}.id`, `one of its own, as documents[${before}] has it`, id);
    rowOf.set(id, row);
  }
}
