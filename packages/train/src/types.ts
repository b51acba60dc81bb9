/** What training takes and gives, whatever its tier. */

/**
 * Documents that are said not to answer a query: of query key q they are `texts[offsets[q] .. offsets[q + 1])`, each with its document
 * key. A pair brings at most four of its query's into its batch, where every query of the batch is told apart from them; more than four
 * take turns over the pairs of the query and over the epochs. A query without a pair teaches nothing.
 */
export interface NamedNegatives {
  /** Rises from 0 to the number of texts. */
  offsets: Uint32Array;
  texts: Uint32Array;
  documentKeys: Int32Array;
}

/** Weighted pairs over one list of texts that holds the queries and the documents. */
export interface TrainingPairs {
  /** Rows of the texts, one a pair, as all that follows. */
  queryTexts: Uint32Array;
  documentTexts: Uint32Array;
  /** How much each pair counts: finite, not negative. Their scale does not matter. */
  weights: Float32Array;
  /** From joinKeys: pairs with equal keys are not negatives of each other, nor is a document that any pair gives to the query. */
  queryKeys: Int32Array;
  documentKeys: Int32Array;
  /**
   * The last pairs take turns: each epoch has the next so many of them, beside all pairs before them, as cropPairs makes them
   * for every epoch in order. 0 when left out.
   */
  freshPerEpoch?: number | undefined;
  negatives?: NamedNegatives | undefined;
}

export interface TrainingProgress {
  /** From 1. Of a training that is planned by time its parts of equal length, as many as epochs are begun. */
  epoch: number;
  /** Steps done, of `steps`. */
  step: number;
  steps: number;
  /** Mean since the last report, in nats (of distillation: 1 - cosine). */
  loss: number;
  /** Of the last step, in absolute numbers. */
  learningRate: number;
  pairsPerSecond: number;
  /** Until the last step, judgements of epochs included, by what steps took since the training was begun or continued. */
  secondsLeft: number;
  /** Of this epoch, once it has ended. */
  score?: number | undefined;
}

export interface TrainingOptions<Model = Float32Array> {
  /** Decides the order of the pairs and nothing else. A whole number from 0 to 2^32 - 1. */
  seed: number;
  /**
   * Judges the model, higher is better: before training and after each epoch. Without it the last epoch is kept. It is given
   * the token table, [vocabulary, dim], the adapter's map, [dimOut, dimIn], or the transformer's tensors by name.
   */
  evaluate?: ((model: Model) => Promise<number>) | undefined;
  /**
   * Where the state is saved after each epoch, every so many steps, and when the work is cancelled. A state that is there is
   * continued, to the bit. One of other data, model, recipe or seed is refused: CHECKPOINT_MISMATCH.
   */
  checkpoint?: { folder: string; everySteps?: number | undefined } | undefined;
  /** When the recipe's minutes began, as performance.now() tells it; now unless set. */
  startedAt?: number | undefined;
  /** What the caller does within the recipe's minutes after the training, in times that `evaluate` takes. 0 unless set. */
  judgementsAfter?: number | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: TrainingProgress) => void) | undefined;
}

export interface TrainingResult<Model = Float32Array> {
  /** Of the best epoch: the token table, the adapter's map, or the transformer's tensors. */
  model: Model;
  /** 0 when no epoch was better than the model as it came; the last one without `evaluate`. */
  bestEpoch: number;
  /** Before training, then after each epoch. Empty without `evaluate`. */
  scores: number[];
  /** The mean loss of each epoch. */
  losses: number[];
  steps: number;
  /** Whether it ended before all epochs, for want of better scores. */
  stoppedEarly: boolean;
}
