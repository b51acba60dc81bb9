import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkOptions } from '@attune/binding';
import type { AttributeValue, DocumentRow } from '@attune/data';
import { Encoder } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { placeFolder } from '@attune/files';
import {
  type Filter,
  FlatIndex,
  LexicalIndex,
  type RankedRows,
  rankedRowsOf,
  type ScoreModifierOptions,
  ScoreModifiers,
  weightedFusion,
} from '@attune/search';
import { fusionDepth } from './answers.js';
import { Catalogue } from './catalogue.js';
import {
  type CollectionManifest,
  files,
  format,
  type LexicalSettings,
  readDocumentLines,
  readManifest,
} from './collection-files.js';
import { encodeCatalogue } from './vectors.js';

export interface BuildOptions extends WorkOptions {
  documents: readonly DocumentRow[];
  encoder: Encoder;
  /** A folder; written beside its place and renamed, so that it is never half there. */
  out: string;
  /** English stems with k1 0.9, b 0.4 and a fusion weight of 0.7 unless an evaluation found better. */
  lexical?: Partial<LexicalSettings> | undefined;
  force?: boolean | undefined;
}

export interface CollectionSearch {
  k: number;
  /** By vectors, by words, or both fused (unless told). */
  mode?: 'vector' | 'lexical' | 'hybrid' | undefined;
  filter?: Filter | undefined;
  modifiers?: ScoreModifierOptions | undefined;
  signal?: AbortSignal | undefined;
}

export interface CollectionHit {
  id: string;
  score: number;
  fields: Record<string, string>;
  attributes: Record<string, AttributeValue>;
}

/** Documents with the indexes over them and the bundle that made their vectors, in one folder. */
export class Collection {
  readonly catalogue: Catalogue;
  readonly encoder: Encoder;
  readonly lexical: LexicalSettings;
  readonly #vectors: FlatIndex;
  readonly #words: LexicalIndex;

  private constructor(
    catalogue: Catalogue,
    encoder: Encoder,
    lexical: LexicalSettings,
    vectors: FlatIndex,
    words: LexicalIndex,
  ) {
    this.catalogue = catalogue;
    this.encoder = encoder;
    this.lexical = lexical;
    this.#vectors = vectors;
    this.#words = words;
  }

  /** Encodes and indexes documents, and writes the collection. */
  static async build(options: BuildOptions): Promise<Collection> {
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
    const lexical: LexicalSettings = {
      analyser: 'english',
      k1: 0.9,
      b: 0.4,
      fields: catalogue.filledFields(),
      fusionWeight: 0.7,
      ...options.lexical,
    };
    const { index: vectors } = await encodeCatalogue(encoder, catalogue, options);
    const { analyser, k1, b } = lexical;
    const words = LexicalIndex.build({ texts: catalogue.texts(lexical.fields), analyser, k1, b });

    const manifest: CollectionManifest = {
      format,
      bundle: encoder.bundle.path,
      fingerprint: encoder.fingerprint,
      documents: documents.length,
      lexical,
    };
    const rows = documents.map(({ id, fields, attributes }) => JSON.stringify({ id, fields, attributes }));
    const fill = async (folder: string) => {
      await vectors.save(join(folder, files.vectors));
      await words.save(join(folder, files.words));
      await writeFile(join(folder, files.documents), `${rows.join('\n')}\n`);
      await writeFile(join(folder, files.manifest), `${JSON.stringify(manifest, null, 2)}\n`);
    };
    await placeFolder(out, fill, { force });
    return new Collection(catalogue, encoder, lexical, vectors, words);
  }

  /**
   * Opens what `build` wrote, with the bundle that it names or another place of the same one.
   *
   * @throws {AttuneError} FILE_NOT_FOUND, FILE_CORRUPT, FORMAT_UNSUPPORTED; BUNDLE_MISMATCH when the bundle is not the one that made
   *   the vectors
   */
  static async open(path: string, { bundle }: { bundle?: string | undefined } = {}): Promise<Collection> {
    const manifest = await readManifest(path);
    const encoder = await Encoder.load(bundle ?? manifest.bundle);
    if (encoder.fingerprint !== manifest.fingerprint) {
      throw new AttuneError(
        'BUNDLE_MISMATCH',
        `${path} holds vectors of the bundle ${manifest.fingerprint}, but ${encoder.bundle.path} is ${encoder.fingerprint}. ` +
          'Name the right bundle with --model, or index again.',
      );
    }
    const catalogue = new Catalogue(await readDocumentLines(join(path, files.documents), manifest.documents));
    const vectors = await FlatIndex.load(join(path, files.vectors), {
      expectedFingerprint: manifest.fingerprint,
    });
    const words = await LexicalIndex.load(join(path, files.words));
    for (const [name, count] of [
      [files.vectors, vectors.count],
      [files.words, words.count],
    ] as const) {
      if (count !== catalogue.ids.length) {
        throw new AttuneError(
          'FILE_CORRUPT',
          `${join(path, name)}: expected ${catalogue.ids.length} documents, as ${files.documents} has, but it holds ${count}. Index again.`,
        );
      }
    }
    return new Collection(catalogue, encoder, manifest.lexical, vectors, words);
  }

  async search(text: string, options: CollectionSearch): Promise<CollectionHit[]> {
    const { k, mode = 'hybrid', filter, modifiers } = options;
    // A modifier may lift a document from below the k best, so more of them are looked at.
    const depth = modifiers || mode === 'hybrid' ? Math.max(fusionDepth, k) : k;
    const allowed = filter && this.catalogue.attributes.compile(filter);
    const byWords = (): RankedRows => rankedRowsOf(this.#words.search(text, { k: depth, allowed }), 0);
    let found: RankedRows;
    if (mode === 'lexical') {
      found = byWords();
    } else {
      const query = await this.encoder.encodeQueries([text], { signal: options.signal });
      const hits = await this.#vectors.search(query, { k: depth, allowed, signal: options.signal });
      const dense = rankedRowsOf(hits, 0);
      found =
        mode === 'vector'
          ? dense
          : weightedFusion(
              { dense, lexical: byWords(), lexicalScoresOf: (rows) => this.#words.scoresOf(text, rows) },
              { weight: this.lexical.fusionWeight, limit: depth },
            );
    }
    if (modifiers)
      found = new ScoreModifiers(this.catalogue.attributes, modifiers).apply(found, { limit: k });
    return [...found.rows.subarray(0, k)].map((row, i) => {
      const { id, fields, attributes } = this.catalogue.documents[row]!;
      return { id, score: found.scores[i]!, fields, attributes };
    });
  }
}
