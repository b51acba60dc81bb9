import { TextSample } from '@attune/data';
import { type Coverage, measureCoverage } from '@attune/encode';
import type { DocumentEncoder } from './document-encoder.js';

const sampled = 1_000;

/** How much of a collection's documents its model knows: looked at when all are read, and again once there are twice as many. */
export class CollectionCoverage {
  readonly #encoder: DocumentEncoder;
  readonly #tell: (coverage: Coverage) => void;
  #coverage: Coverage | undefined;
  /** Documents that it was looked at of. */
  #documents = 0;

  constructor(encoder: DocumentEncoder, tell: (coverage: Coverage) => void) {
    this.#encoder = encoder;
    this.#tell = tell;
  }

  sample(): TextSample {
    return new TextSample(sampled);
  }

  /** @param documents  all that the sample is of */
  async looked(sample: TextSample, documents: number): Promise<void> {
    if (documents === 0 || documents < 2 * this.#documents) return;
    this.#documents = documents;
    this.#show(await measureCoverage(this.#encoder.tokenizer, sample.texts));
  }

  /** Documents beside those that it was looked at of, until they are enough to tell a share. */
  async lookedAtMore(sample: TextSample): Promise<void> {
    const before = this.#coverage;
    if (sample.texts.length === 0 || (before !== undefined && before.texts >= sampled / 2)) return;
    const more = await measureCoverage(this.#encoder.tokenizer, sample.texts);
    this.#show(before === undefined ? more : together(before, more));
  }

  #show(coverage: Coverage): void {
    this.#coverage = coverage;
    this.#tell(coverage);
  }
}

function together(one: Coverage, other: Coverage): Coverage {
  const texts = one.texts + other.texts;
  const unknownTexts = one.unknownShare * one.texts + other.unknownShare * other.texts;
  return {
    texts,
    tokens: one.tokens + other.tokens,
    unknownTokens: one.unknownTokens + other.unknownTokens,
    unknownShare: texts > 0 ? unknownTexts / texts : 0,
    unknownScript: one.unknownScript ?? other.unknownScript,
    examples: one.examples.length > 0 ? one.examples : other.examples,
  };
}
