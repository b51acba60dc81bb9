import { promptedText, type TokenizedTexts, Tokenizer, textsTogether } from '@attune/encode';
import type { EncoderFacts } from './indexing-protocol.js';
import type { EncodedTokens } from './searching-protocol.js';

/**
 * Vectors of documents in a thread that holds no encoder. It tokenises; the weights are in the searching thread, whose calls of the core
 * also run at that thread's priority: threads that the core starts for a call keep the priority of the thread that called.
 */
export class DocumentEncoder {
  readonly facts: EncoderFacts;
  /** Made when the first texts come: an index from files needs none. */
  #tokenizer: Tokenizer | undefined;
  #encoded: EncodedTokens = { tokens: 0, unknownTokens: 0 };
  readonly #encode: (tokens: TokenizedTexts) => Promise<Float32Array>;

  constructor(facts: EncoderFacts, encode: (tokens: TokenizedTexts) => Promise<Float32Array>) {
    this.facts = facts;
    this.#encode = encode;
  }

  get tokenizer(): Tokenizer {
    this.#tokenizer ??= new Tokenizer(this.facts.tokenizer);
    return this.#tokenizer;
  }

  /** What was encoded since it was last asked. */
  takeEncoded(): EncodedTokens {
    const encoded = this.#encoded;
    this.#encoded = { tokens: 0, unknownTokens: 0 };
    return encoded;
  }

  /** @returns float32, [texts, dim] */
  async encode(texts: readonly string[]): Promise<Float32Array> {
    const { dim, kind, preprocessing } = this.facts;
    const { tokenizer } = this;
    const size = textsTogether.indexing[kind];
    const vectors = new Float32Array(texts.length * dim);
    const tokenize = (begin: number) => {
      const part = texts
        .slice(begin, begin + size)
        .map((text) => promptedText(preprocessing, 'document', text));
      const tokens = tokenizer.tokenize(part);
      // It may be awaited late.
      tokens.catch(() => undefined);
      return tokens;
    };
    let next = tokenize(0);
    for (let begin = 0; begin < texts.length; begin += size) {
      const tokens = await next;
      // The next part is tokenised while the core works on this one.
      if (begin + size < texts.length) next = tokenize(begin + size);
      this.#encoded.tokens += tokens.ids.length;
      this.#encoded.unknownTokens += tokenizer.countUnknown(tokens.ids);
      vectors.set(await this.#encode(tokens), begin * dim);
    }
    return vectors;
  }
}
