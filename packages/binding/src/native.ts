/**
 * The addon's surface, as native/binding exports it. Types only: what each call means is said where the package that
 * uses it wraps it.
 */

export interface RuntimeInfo {
  /** The CPU level in use: the fastest this CPU can run, or the one named by ATTUNE_LEVEL. */
  level: string;
  /** Every level this CPU can run, the slowest first. */
  levels: string[];
  /** Threads that share one loop: ATTUNE_THREADS, or the number of cores. */
  threads: number;
}

/** The progress of one piece of long work, and the way to cancel it. */
export interface Task {
  cancel(): void;
  progress(): { done: number; total: number };
}

/** What stands behind the pooling of an encoder. */
export interface NativeHead {
  /** y = activation(weight · x + bias), plus x where `residual` says so; weight is [outFeatures, inFeatures]. */
  dense: {
    weight: Float32Array;
    bias?: Float32Array;
    inFeatures: number;
    outFeatures: number;
    activation: 'identity' | 'tanh' | 'gelu' | 'relu';
    residual: boolean;
  }[];
  /** Whether the vector is divided by max(its norm, 1e-12). */
  normalize: boolean;
}

/** Token ids in, one vector a text out. */
export interface NativeEncoder {
  /** Numbers of a vector that comes out. */
  readonly dim: number;
  /**
   * @param ids      the tokens of every text, one text after the other
   * @param offsets  texts + 1 entries: text t is ids[offsets[t]] up to ids[offsets[t + 1]], which is not included
   * @returns float32, [texts, dim]; a text's vector does not depend on the other texts of the call
   */
  encode(ids: Int32Array, offsets: Uint32Array, task?: Task): Promise<Float32Array>;
}

/** A BERT encoder's sizes, as in config.json. */
export interface TransformerConfig {
  hiddenSize: number;
  layers: number;
  heads: number;
  intermediateSize: number;
  maxPositions: number;
  vocabSize: number;
  typeVocabSize: number;
  layerNormEps: number;
  /** 'gelu' is the exact one, by erf. */
  activation: 'gelu' | 'gelu_tanh' | 'relu';
  /** Row of the position table for a text's first token: 0 for BERT, padding_idx + 1 for RoBERTa. */
  positionOffset: number;
}

export type Pooling = 'mean' | 'cls' | 'max' | 'lasttoken' | 'mean_sqrt_len';

export interface NativeAddon {
  setErrorClass(errorClass: new (code: never, message: string) => Error): void;
  runtimeInfo(): RuntimeInfo;
  Task: new () => Task;
  /** table: [vocabulary, dim]; a text is the mean of its tokens' rows, the zero vector for no tokens. */
  StaticEncoder: new (
    table: Float32Array,
    dim: number,
    head: NativeHead,
  ) => NativeEncoder;
  /** tensors: by Hugging Face's BERT names, without the leading 'bert.'. */
  TransformerEncoder: new (
    config: TransformerConfig,
    tensors: Record<string, Float32Array>,
    pooling: Pooling,
    head: NativeHead,
  ) => NativeEncoder;
}
