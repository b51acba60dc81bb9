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

/** What follows the mean or the pooling: linear layers in order, then the unit length. */
export interface NativeHead {
  dense: {
    weight: Float32Array;
    bias?: Float32Array;
    inFeatures: number;
    outFeatures: number;
    activation: 'identity' | 'tanh' | 'gelu' | 'relu';
    residual: boolean;
  }[];
  normalize: boolean;
}

export interface NativeEncoder {
  readonly dim: number;
  /** `offsets` has texts + 1 entries; the result is [texts, dim]. */
  encode(ids: Int32Array, offsets: Uint32Array, task?: Task): Promise<Float32Array>;
}

export interface TransformerConfig {
  hiddenSize: number;
  layers: number;
  heads: number;
  intermediateSize: number;
  maxPositions: number;
  vocabSize: number;
  typeVocabSize: number;
  layerNormEps: number;
  activation: 'gelu' | 'gelu_tanh' | 'relu';
  positionOffset: number;
}

export interface NativeAddon {
  setErrorClass(errorClass: new (code: never, message: string) => Error): void;
  runtimeInfo(): RuntimeInfo;
  Task: new () => Task;
  StaticEncoder: new (table: Float32Array, dim: number, head: NativeHead) => NativeEncoder;
  /** `tensors` by Hugging Face's BERT names without `bert.`. */
  TransformerEncoder: new (
    config: TransformerConfig,
    tensors: Record<string, Float32Array>,
    pooling: 'mean' | 'cls' | 'max' | 'lasttoken' | 'mean_sqrt_len',
    head: NativeHead,
  ) => NativeEncoder;
}
