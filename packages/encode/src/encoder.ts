import {
  addon,
  type NativeEncoder,
  type NativeHead,
  type Precision,
  runWork,
  type TokenizedTexts,
  type WorkOptions,
} from '@attune/binding';
import { AttuneError, checkCount, checkOptions, wrongArgument } from '@attune/errors';
import { findBundle } from './bundle/find-bundle.js';
import { sha256 } from './bundle/fingerprint.js';
import { checkGolden } from './bundle/golden.js';
import { type ReadBundleOptions, readBundle, tokenizerFile, withMaxTokens } from './bundle/read-bundle.js';
import type { Bundle, BundleInfo } from './bundle/types.js';
import { checkDocuments, checkTexts } from './text/check-texts.js';
import { type DocumentInput, documentText } from './text/document-text.js';
import { promptedText } from './text/prompted-text.js';
import { Tokenizer } from './text/tokenizer.js';
import type { Preprocessing, Role, TokenizerSettings } from './text/types.js';
import { textsTogether } from './texts-together.js';

export interface EncodeOptions extends WorkOptions {
  /** Told of the tokens of each part of the work, each different text once. */
  onTokens?: ((tokens: TokenizedTexts) => void) | undefined;
}

export interface LoadOptions extends ReadBundleOptions {
  /** Compare fingerprint and golden vectors with attune.json; true unless you set it. */
  check?: boolean | undefined;
  /** Folders in which a name is looked for before all others. */
  searchPaths?: readonly string[] | undefined;
}

/** An encoder in memory, for trainers: what a static bundle would hold. */
export interface TableOptions {
  /** float32, [rows, dim]; copied at the call */
  table: Float32Array;
  dim: number;
  /** Content of tokenizer.json, or a tokenizer that is there already. */
  tokenizer: string | Tokenizer;
  preprocessing?: Partial<Preprocessing> | undefined;
  /** Unit length at the end; true unless you set it. */
  normalize?: boolean | undefined;
}

/**
 * A loaded bundle: texts in, vectors out. Queries and documents have each their own call, so that a prompt cannot be
 * forgotten. Those that one process loads of the same bundle, in whichever threads, hold its weights once.
 *
 * Equal texts of one call are encoded once. A blank text gets the vector that sentence-transformers gives it: zeros
 * from a static table (it has no tokens), and from a transformer the vector of its special tokens alone.
 *
 * @example
 * const encoder = await Encoder.load('all-MiniLM-L6-v2');
 * const vectors = await encoder.encodeQueries(['desk lamp']);   // Float32Array, [1, 384]
 */
export class Encoder {
  /** What the encoder was loaded from, without the weights. */
  readonly bundle: BundleInfo;
  readonly tokenizer: Tokenizer;
  readonly #native: NativeEncoder;

  private constructor(bundle: BundleInfo, tokenizer: Tokenizer, native: NativeEncoder) {
    this.bundle = bundle;
    this.tokenizer = tokenizer;
    this.#native = native;
  }

  /**
   * Loads a bundle by path, or by name (see findBundle).
   *
   * @throws {AttuneError} BUNDLE_NOT_FOUND; BUNDLE_INVALID or BUNDLE_UNSUPPORTED naming file and key; BUNDLE_MISMATCH when the
   *   fingerprint or a golden vector does not come out
   */
  static async load(pathOrName: string, options: LoadOptions = {}): Promise<Encoder> {
    checkOptions('{ maxTokens: 128 }', options);
    const { check, maxTokens, precision, searchPaths } = options;
    const folder = await findBundle(pathOrName, searchPaths);
    const bundle = await readBundle(folder, { check, precision });
    const encoder = Encoder.#of(bundle, weightsName(bundle));
    if (bundle.manifest && check !== false) await encoder.checkGolden();
    if (maxTokens === undefined) return encoder;
    return Encoder.#of(withMaxTokens(bundle, maxTokens), weightsName(bundle));
  }

  /** An encoder over a bundle that was read; its golden vectors are not compared. */
  static fromBundle(bundle: Bundle): Encoder {
    return Encoder.#of(bundle, undefined);
  }

  /** @param sharedAs  of a bundle that is as it was read: all encoders of this name hold its weights once */
  static #of(bundle: Bundle, sharedAs: string | undefined): Encoder {
    const { model, head, tokenizer, files, ...info } = bundle;
    const where = `${bundle.path}/${files.find((name) => name.endsWith(tokenizerFile)) ?? tokenizerFile}`;
    const built = new Tokenizer(tokenizer, where);
    const native =
      model.kind === 'static'
        ? new addon.StaticEncoder(model.table, model.dim, head, sharedAs)
        : new addon.TransformerEncoder(
            model.config,
            model.tensors,
            model.pooling,
            head,
            bundle.precision,
            sharedAs,
          );
    return new Encoder(info, built, native);
  }

  /**
   * An encoder over a token table in memory. Its fingerprint is the SHA-256 of the table's bytes.
   *
   * @throws {AttuneError} SHAPE_MISMATCH when the table is no whole number of rows
   */
  static fromTable(options: TableOptions): Encoder {
    checkOptions('{ table, dim: 256, tokenizer }', options);
    const { table, dim, tokenizer, preprocessing, normalize = true } = options;
    if (!(table instanceof Float32Array)) throw wrongArgument('table', 'a Float32Array', table);
    checkCount('dim', dim);
    if (typeof tokenizer !== 'string' && !(tokenizer instanceof Tokenizer))
      throw wrongArgument('tokenizer', 'the content of tokenizer.json or a Tokenizer', tokenizer);
    const rows = table.length / dim;
    if (!Number.isSafeInteger(rows) || rows === 0) {
      throw new AttuneError(
        'SHAPE_MISMATCH',
        `Expected table to hold rows of ${dim} numbers, but received ${table.length} numbers.`,
      );
    }
    const head: NativeHead = { dense: [], normalize };
    const built = typeof tokenizer === 'string' ? tableTokenizer(tokenizer, rows, preprocessing) : tokenizer;
    if (built.settings.rows > rows) {
      throw new AttuneError(
        'SHAPE_MISMATCH',
        `Expected a table of at least ${built.settings.rows} rows, as the tokenizer has, but received ${rows}.`,
      );
    }
    const fingerprint = sha256(new Uint8Array(table.buffer, table.byteOffset, table.byteLength));
    const info: BundleInfo = {
      path: '',
      name: 'table',
      kind: 'static',
      dim,
      preprocessing: { ...withDefaults(preprocessing), maxTokens: built.settings.maxTokens },
      precision: 'f32',
      digests: { weights: fingerprint, tokenizer: '', modules: '', preprocessing: '' },
      fingerprint,
      manifest: undefined,
    };
    return new Encoder(info, built, new addon.StaticEncoder(table, dim, head));
  }

  /** Numbers in a vector. */
  get dim(): number {
    return this.bundle.dim;
  }

  /** Of a transformer's products; 'f32' for a static bundle. */
  get precision(): Precision {
    return this.bundle.precision;
  }

  get fingerprint(): string {
    return this.bundle.fingerprint;
  }

  /**
   * @returns float32, [texts, dim], in the order of the texts
   * @throws {AttuneError} INVALID_ARGUMENT, naming the first that is no text; CANCELLED
   */
  async encodeQueries(texts: readonly string[], options?: EncodeOptions): Promise<Float32Array> {
    return this.#encode(this.queryTexts(texts), options);
  }

  /**
   * @param documents  texts, or fields by name. One without text gets the vector of a blank text: leave
   *   such documents out; the function `documentTexts` names their rows
   * @returns float32, [documents, dim], in the order of the documents
   * @throws {AttuneError} INVALID_ARGUMENT, naming the first that is neither text nor fields; CANCELLED
   */
  async encodeDocuments(documents: readonly DocumentInput[], options?: WorkOptions): Promise<Float32Array> {
    return this.#encode(this.documentTexts(documents), options);
  }

  /** Vectors of texts that have their prompts already, as queryTexts and documentTexts give them. */
  async encodeTexts(texts: readonly string[], options?: WorkOptions): Promise<Float32Array> {
    checkTexts('texts', texts);
    return this.#encode(texts, options);
  }

  /** The texts as the tokeniser sees them: prompt in front. */
  queryTexts(texts: readonly string[]): string[] {
    checkTexts('queries', texts);
    return texts.map((text) => promptedText(this.bundle.preprocessing, 'query', text));
  }

  /** The texts as the tokeniser sees them: fields joined, prompt in front. */
  documentTexts(documents: readonly DocumentInput[]): string[] {
    checkDocuments(documents);
    const { preprocessing } = this.bundle;
    return documents.map((document) =>
      promptedText(preprocessing, 'document', documentText(document, preprocessing.documentFields)),
    );
  }

  /**
   * Vectors of texts that were tokenised before, for callers that encode the same texts again and again.
   *
   * @returns float32, [texts, dim]
   */
  encodeTokens({ ids, offsets }: TokenizedTexts, options?: WorkOptions): Promise<Float32Array> {
    return runWork(addon, options, (task) => this.#native.encode(ids, offsets, task));
  }

  async #encode(texts: readonly string[], options: EncodeOptions | undefined): Promise<Float32Array> {
    const { unique, rowOf } = distinct(texts);
    const total = unique.length;
    const vectors = new Float32Array(total * this.dim);
    const size = textsTogether.job[this.bundle.kind];
    // The next chunk is tokenised while the core works on this one.
    const tokenize = (begin: number) =>
      settled(this.tokenizer.tokenize(unique.slice(begin, begin + size), { signal: options?.signal }));
    let next = tokenize(0);
    for (let begin = 0; begin < total; begin += size) {
      const tokens = unwrap(await next);
      options?.onTokens?.(tokens);
      next = tokenize(begin + size);
      const onProgress = options?.onProgress;
      const report = ({ done, total: work }: { done: number; total: number }) => {
        const texts = tokens.offsets.length - 1;
        onProgress?.({ done: begin + (work > 0 ? Math.floor((texts * done) / work) : texts), total });
      };
      const work = { signal: options?.signal, onProgress: onProgress ? report : undefined };
      vectors.set(await this.encodeTokens(tokens, work), begin * this.dim);
    }
    options?.onProgress?.({ done: total, total });
    return total === texts.length ? vectors : this.#spread(vectors, rowOf);
  }

  #spread(vectors: Float32Array, rowOf: Uint32Array): Float32Array {
    const { dim } = this;
    const spread = new Float32Array(rowOf.length * dim);
    for (const [i, row] of rowOf.entries()) spread.set(vectors.subarray(row * dim, (row + 1) * dim), i * dim);
    return spread;
  }

  /**
   * Compares the golden vectors of the bundle's manifest with what comes out now, as `load` does.
   *
   * @throws {AttuneError} BUNDLE_INVALID when there are none, or of another length; BUNDLE_MISMATCH naming the first that differs
   */
  async checkGolden(): Promise<void> {
    const { manifest, path, dim } = this.bundle;
    const golden = manifest?.golden ?? [];
    const wrong = golden.findIndex(({ vector }) => vector.length !== dim);
    if (golden.length === 0 || wrong >= 0) {
      throw new AttuneError(
        'BUNDLE_INVALID',
        `${path}/attune.json: expected "golden" to hold vectors of ${dim} numbers, but ` +
          (wrong < 0 ? 'it is empty.' : `number ${wrong} has ${golden[wrong]!.vector.length}.`),
      );
    }
    checkGolden(path, golden, await this.encodeByRole(golden), dim, this.precision);
  }

  /** Vectors of texts of both roles, in their order. */
  async encodeByRole(inputs: readonly { role: Role; text: string }[]): Promise<Float32Array> {
    return this.#encode(
      inputs.map(({ role, text }) => promptedText(this.bundle.preprocessing, role, text)),
      undefined,
    );
  }
}

/** Of all that makes the native encoder. */
function weightsName({ digests, precision }: Bundle): string {
  return `${digests.weights} ${digests.tokenizer} ${digests.modules} ${precision}`;
}

function withDefaults(preprocessing: Partial<Preprocessing> = {}): Preprocessing {
  return {
    prompts: preprocessing.prompts ?? { query: '', document: '' },
    maxTokens: preprocessing.maxTokens ?? null,
    documentFields: preprocessing.documentFields ?? [],
  };
}

function tableTokenizer(
  json: string,
  rows: number,
  preprocessing: Partial<Preprocessing> | undefined,
): Tokenizer {
  const settings: TokenizerSettings = {
    json,
    addSpecialTokens: false,
    maxTokens: preprocessing?.maxTokens ?? null,
    truncationSide: 'right',
    lowercase: false,
    rows,
  };
  return new Tokenizer(settings);
}

/** Each different text once, and for every text the row of its equal. */
function distinct(texts: readonly string[]): { unique: string[]; rowOf: Uint32Array } {
  const rows = new Map<string, number>();
  const rowOf = new Uint32Array(texts.length);
  for (const [i, text] of texts.entries()) {
    let row = rows.get(text);
    if (row === undefined) {
      row = rows.size;
      rows.set(text, row);
    }
    rowOf[i] = row;
  }
  return { unique: [...rows.keys()], rowOf };
}

type Settled<T> = { value: T } | { error: unknown };

/** A promise that never rejects, so that one which is awaited late is not reported as unhandled. */
function settled<T>(promise: Promise<T>): Promise<Settled<T>> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

function unwrap<T>(outcome: Settled<T>): T {
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}
