/**
 * The addon's surface, as native/binding exports it. Types only: what each call means is said where the package that
 * uses it wraps it.
 */

export interface RuntimeInfo {
  /** The CPU level in use: the fastest this CPU can run, or the one named by ATTUNE_LEVEL. */
  level: string;
  /** Every level this CPU can run, the slowest first. */
  levels: string[];
  /** The kernels of products in bfloat16: 'scalar', 'avx512', 'avx512_bf16' or 'amx'. */
  bf16: string;
  /** The kernels of products of 8-bit codes: 'scalar', 'avx512_vnni' or 'amx'. */
  int8: string;
  /** Kernels that this CPU should run, such as 'gemm_bf16 amx', but that multiplied wrongly at the start: they are not used. */
  refusedKernels: string[];
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

/**
 * Of a transformer's products with its weights; all else is float32. 'bf16' rounds both operands to bfloat16. 'int8' gives each output of
 * a layer and each token a scale of its own.
 */
export type Precision = 'f32' | 'bf16' | 'int8';

/** How ModernBERT knows where a token stands: by rotation, and in most layers by what is near alone. */
export interface RotaryConfig {
  /** The base of the angles in layers that attend to all of a text, and in those that attend to what is near. */
  globalTheta: number;
  localTheta: number;
  /** Tokens to each side that a local layer attends to. */
  localWindow: number;
  /** Every so many layers, from the first on, one attends to all. */
  globalEvery: number;
}

/** The sizes of an encoder of BERT's kind, or of ModernBERT's, as in config.json. */
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
  /** Classes of distance between two tokens whose bias attention adds, as MPNet does. */
  relativeBuckets?: number;
  /** Where it is there, layers are ModernBERT's. */
  rotary?: RotaryConfig;
}

export type Pooling = 'mean' | 'cls' | 'max' | 'lasttoken' | 'mean_sqrt_len';

/** Texts as token ids, packed: text i is ids[offsets[i]] up to, not including, ids[offsets[i + 1]]. */
export interface TokenizedTexts {
  ids: Int32Array;
  /** texts + 1 entries, the first 0, never falling. */
  offsets: Uint32Array;
}

export interface AdamSettings {
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
}

export interface TransformerTrainingSettings extends AdamSettings {
  /** Longer gradients, of all weights together, are shortened to this; 0: never. */
  maxGradientNorm: number;
  /** A batch of more tokens goes through in chunks of at most so many, so that memory does not grow with the batch. */
  chunkTokens: number;
  /** Of the products; weights, sums and everything else are in float32. */
  precision: 'f32' | 'bf16';
}

/** Weighted (query, document) pairs over the texts of a trainer. Every array but the last five has one entry a pair. */
export interface PairArrays {
  queryTexts: Uint32Array;
  documentTexts: Uint32Array;
  weights: Float32Array;
  /** Pairs with the same key, not negative, are no negatives of each other. */
  queryKeys: Int32Array;
  documentKeys: Int32Array;
  /** Documents known to answer query key q: knownDocumentKeys[knownOffsets[q] .. knownOffsets[q + 1]). May be empty. */
  knownOffsets: Uint32Array;
  knownDocumentKeys: Int32Array;
  /**
   * Documents said not to answer query key q, as texts with their keys: negativeTexts[negativeOffsets[q] .. negativeOffsets[q + 1]).
   * May be empty.
   */
  negativeOffsets: Uint32Array;
  negativeTexts: Uint32Array;
  negativeDocumentKeys: Int32Array;
}

/** All that a trainer needs to go on as if it had never stopped, beside what it was made with. */
export interface TrainerState {
  /** Flat, as `parameters()` says. Of an adapter: its map less the identity. */
  weights: Float32Array;
  firstMoments: Float32Array;
  secondMoments: Float32Array;
  step: number;
}

/** A tensor of a model under training, and where it begins in the flat lists of a state. */
export interface TrainerParameter {
  /** A transformer's by Hugging Face's BERT names, without the leading 'bert.'; else 'table' or 'map'. */
  name: string;
  shape: number[];
  offset: number;
}

export interface Trainer {
  usePairs(pairs: PairArrays, temperature: number): void;
  /** targets: [texts, dim], rows of unit length; weights: [texts]. */
  useTargets(targets: Float32Array, weights: Float32Array): void;
  /**
   * Learns from the pairs, or texts, of `order`, a batch and a learning rate a step; gives each step's loss. `epoch`, from 0, decides
   * whose turn it is where a query has more negatives than a pair brings into its batch.
   */
  train(
    order: Uint32Array,
    batch: number,
    learningRates: Float32Array,
    epoch: number,
    task?: Task,
  ): Promise<Float64Array>;
  state(task?: Task): Promise<TrainerState>;
  restore(state: TrainerState): void;
  /** Where each tensor lies in the flat lists of a state. */
  parameters(): TrainerParameter[];
}

export interface LossBatch {
  dim: number;
  queries: Float32Array;
  documents: Float32Array;
  weights: Float32Array;
  queryKeys: Int32Array;
  documentKeys: Int32Array;
  temperature: number;
}

export interface LossResult {
  loss: number;
  queryGradients: Float32Array;
  documentGradients: Float32Array;
}

/** Answers are [queries, k]: rows in the order of adding, scores higher is better; -1 and -Infinity where there is none. */
export interface NativeHits {
  rows: Int32Array;
  scores: Float32Array;
}

/** Exact search. Typed arrays are copied at the call; a search or a save sees the rows that stood when it was called. */
export interface FlatIndex {
  readonly dim: number;
  readonly metric: 'cosine' | 'innerProduct' | 'l2';
  readonly count: number;
  readonly fingerprint: string;
  add(vectors: Float32Array): void;
  search(
    queries: Float32Array,
    k: number,
    allowed: Uint32Array | undefined,
    task: Task | undefined,
  ): Promise<NativeHits>;
  /** Query i is scored with rows[offsets[i]] up to, not including, rows[offsets[i + 1]]; a score for each of `rows`. */
  scores(
    queries: Float32Array,
    rows: Int32Array,
    offsets: Uint32Array,
    task: Task | undefined,
  ): Promise<Float32Array>;
  save(path: string, fingerprint: string, task: Task | undefined): Promise<void>;
}

export interface FlatIndexClass {
  new (dim: number, metric: 'cosine' | 'innerProduct' | 'l2'): FlatIndex;
  load(path: string, expectedFingerprint: string | undefined, task: Task | undefined): Promise<FlatIndex>;
}

export interface NativeAddon {
  setErrorClass(errorClass: new (code: never, message: string) => Error): void;
  runtimeInfo(): RuntimeInfo;
  /**
   * For a process that is to run for weeks: from now on, blocks of 128 KiB and more go back to the system when they are freed, which
   * glibc stops doing once a larger one was. It counts for the whole process.
   */
  returnFreedBlocks(): void;
  FlatIndex: FlatIndexClass;
  Task: new () => Task;
  /**
   * table: [vocabulary, dim]; a text is the mean of its tokens' rows, the zero vector for no tokens. Encoders of this process that are made with
   * the same `sharedAs` are one while any of them is held: whoever gives it says that all else is equal, as a fingerprint does.
   */
  StaticEncoder: new (
    table: Float32Array,
    dim: number,
    head: NativeHead,
    sharedAs?: string,
  ) => NativeEncoder;
  /** tensors: by Hugging Face's BERT names, without the leading 'bert.'; sharedAs: as StaticEncoder has it. */
  TransformerEncoder: new (
    config: TransformerConfig,
    tensors: Record<string, Float32Array>,
    pooling: Pooling,
    head: NativeHead,
    precision: Precision,
    sharedAs?: string,
  ) => NativeEncoder;
  StaticTrainer: new (table: Float32Array, dim: number, texts: TokenizedTexts, adam: AdamSettings) => Trainer;
  AdapterTrainer: new (vectors: Float32Array, dimIn: number, dimOut: number, adam: AdamSettings) => Trainer;
  /** tensors: as TransformerEncoder takes them. Weight decay leaves biases and norms alone. */
  TransformerTrainer: new (
    config: TransformerConfig,
    tensors: Record<string, Float32Array>,
    pooling: Pooling,
    texts: TokenizedTexts,
    training: TransformerTrainingSettings,
  ) => Trainer;
  contrastiveLoss(batch: LossBatch, task?: Task): Promise<LossResult>;
}
