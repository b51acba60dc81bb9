import type { TokenizedTexts, WorkOptions } from '@attune/binding';
import { AttuneError } from '@attune/errors';
import { Tokenizer as HuggingFaceTokenizer, type JsEncoding } from 'tokenizers';
import { checkTexts } from './check-texts.js';
import { checkAddedTokensTogether } from './tokenizer-json/added-tokens.js';
import {
  type CheckedTokenizer,
  checkTokenizerJson,
  unknownTokenId,
} from './tokenizer-json/check-tokenizer.js';
import type { TokenizerSettings } from './types.js';

/** Texts in one call of the library: it spreads them over its threads, and between calls JavaScript breathes. */
const batchTexts = 512;
/** So few are each a call of its own: to spread one over threads, which are woken for it, takes longer than the work. */
const fewTexts = 8;

/** The tokens of a text, and which of its characters each stands for: from one place, counted in code points, to before another. */
export interface TokenSpans {
  ids: number[];
  spans: [begin: number, end: number][];
}

/**
 * Texts to token ids, by Hugging Face's own library, with the truncation that sentence-transformers does: special
 * tokens are kept and count. The truncation and the padding written in tokenizer.json are ignored.
 *
 * @example
 * const tokenizer = new Tokenizer({ json, addSpecialTokens: true, maxTokens: 256, truncationSide: 'right',
 *   lowercase: false, rows: 30522 });
 * const { ids, offsets } = await tokenizer.tokenize(['desk lamp', '']);   // [101, 4624, 10437, 102, 101, 102], [0, 4, 6]
 */
export class Tokenizer {
  readonly settings: Readonly<TokenizerSettings>;
  /** The token that stands for what the vocabulary does not have; undefined where there is none, as with byte-level BPE. */
  readonly unknownId: number | undefined;
  readonly #tokenizer: HuggingFaceTokenizer;
  readonly #where: string;

  /**
   * @param where  the file it came from, in messages
   * @throws {AttuneError} BUNDLE_INVALID when the JSON is damaged or names ids beyond the table
   */
  constructor(settings: TokenizerSettings, where = 'tokenizer.json') {
    this.settings = { ...settings };
    this.#where = where;
    const { maxTokens } = settings;
    // The library drops a limit that leaves no room between the special tokens.
    const least = settings.addSpecialTokens ? 3 : 1;
    if (maxTokens !== null && (!Number.isSafeInteger(maxTokens) || maxTokens < least)) {
      throw new AttuneError(
        'INVALID_ARGUMENT',
        `Expected maxTokens to be a number from ${least}, but received ${maxTokens}.`,
      );
    }
    const { json, rows, lowercase } = settings;
    const checked = checkTokenizerJson(json, rows, where, lowercase);
    this.unknownId = unknownTokenId(checked.root);
    const around = settings.addSpecialTokens ? checked.addedAround : 0;
    if (maxTokens !== null && maxTokens <= around) {
      throw checked.root.invalid(
        `"post_processor" puts ${around} tokens around a text, but ${maxTokens} tokens are kept`,
      );
    }
    this.#tokenizer = this.#build(checked);
    checkAddedTokensTogether(checked.addedTokens, checked.root, (text) => this.#normalize(text));
  }

  /** Tokens of each text: -1 where the vocabulary does not have it. */
  tokenToId(token: string): number {
    return this.#tokenizer.tokenToId(token) ?? -1;
  }

  /** The token of an id, or undefined. */
  idToToken(id: number): string | undefined {
    return this.#tokenizer.idToToken(id) ?? undefined;
  }

  /** Every token with its id, added ones included. */
  vocabulary(): Map<string, number> {
    return new Map(Object.entries(this.#tokenizer.getVocab(true)));
  }

  /** What a text is cut into before it becomes tokens: its words, normalised; no token crosses the end of one. */
  words(text: string): string[] {
    const normalised = this.#normalize(text);
    const cut = this.#tokenizer.getPreTokenizer()?.preTokenizeString(normalised);
    return cut?.map(([word]) => word) ?? [normalised];
  }

  /**
   * Tokenises on the library's own threads; progress counts texts.
   *
   * @throws {AttuneError} INVALID_ARGUMENT, naming the first that is no text; CANCELLED; BUNDLE_INVALID when the tokeniser yields an id that the table does not have
   */
  async tokenize(texts: readonly string[], options?: WorkOptions): Promise<TokenizedTexts> {
    checkTexts('texts', texts);
    const offsets = new Uint32Array(texts.length + 1);
    const batches: Int32Array[] = [];
    let tokens = 0;
    for (let begin = 0; begin < texts.length; begin += batchTexts) {
      checkNotCancelled(options);
      const encodings = await this.#encode(texts.slice(begin, begin + batchTexts));
      const lists = encodings.map((encoding) => encoding.getIds());
      // Packed at once: a list for each of a million texts takes four times the memory of what it holds.
      batches.push(this.#pack(lists));
      for (const [i, list] of lists.entries()) {
        tokens += list.length;
        offsets[begin + i + 1] = tokens;
      }
      options?.onProgress?.({ done: begin + encodings.length, total: texts.length });
    }
    const ids = new Int32Array(tokens);
    let place = 0;
    for (const batch of batches) {
      ids.set(batch, place);
      place += batch.length;
    }
    return { ids, offsets };
  }

  /** How many of the tokens stand for something that the vocabulary does not have. */
  countUnknown(ids: Int32Array): number {
    const { unknownId } = this;
    let count = 0;
    if (unknownId !== undefined) for (const id of ids) if (id === unknownId) count++;
    return count;
  }

  /**
   * The tokens of each text and where in it they stand, without special tokens. It takes half as long again as `tokenize`, so it is for samples.
   *
   * @throws {AttuneError} as tokenize
   */
  async spans(texts: readonly string[], options?: WorkOptions): Promise<TokenSpans[]> {
    checkTexts('texts', texts);
    const all: TokenSpans[] = [];
    for (let begin = 0; begin < texts.length; begin += batchTexts) {
      checkNotCancelled(options);
      const encodings = await this.#encode(texts.slice(begin, begin + batchTexts), false);
      for (const encoding of encodings)
        all.push({ ids: encoding.getIds(), spans: encoding.getOffsets() as [number, number][] });
    }
    return all;
  }

  async #encode(texts: string[], addSpecialTokens = this.settings.addSpecialTokens): Promise<JsEncoding[]> {
    try {
      if (texts.length > fewTexts) return await this.#tokenizer.encodeBatch(texts, { addSpecialTokens });
      return await Promise.all(texts.map((text) => this.#tokenizer.encode(text, null, { addSpecialTokens })));
    } catch (cause) {
      throw new AttuneError(
        'BUNDLE_INVALID',
        `${this.#where}: tokenising failed: ${(cause as Error).message}.`,
        { cause },
      );
    }
  }

  #pack(lists: readonly number[][]): Int32Array {
    const { rows } = this.settings;
    const packed = Int32Array.from(lists.flat());
    for (const id of packed) {
      if (id >= rows) {
        throw new AttuneError(
          'BUNDLE_INVALID',
          `${this.#where}: the tokeniser gave the id ${id}, but the model's token table has ${rows} rows. ` +
            'Do tokenizer and weights belong together?',
        );
      }
    }
    return packed;
  }

  #build({ json }: CheckedTokenizer): HuggingFaceTokenizer {
    const { maxTokens, truncationSide } = this.settings;
    try {
      const tokenizer = HuggingFaceTokenizer.fromString(json);
      if (maxTokens !== null) tokenizer.setTruncation(maxTokens, { direction: truncationSide });
      return tokenizer;
    } catch (cause) {
      throw new AttuneError(
        'BUNDLE_INVALID',
        `${this.#where}: the tokeniser cannot be built: ${(cause as Error).message}.`,
        { cause },
      );
    }
  }

  #normalize(text: string): string {
    return this.#tokenizer.getNormalizer()?.normalizeString(text) ?? text;
  }
}

/** @throws {AttuneError} CANCELLED */
function checkNotCancelled(options: WorkOptions | undefined): void {
  if (options?.signal?.aborted) throw new AttuneError('CANCELLED', 'Tokenising was cancelled.');
}
