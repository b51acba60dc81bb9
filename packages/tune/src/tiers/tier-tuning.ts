import type { Dataset } from '@attune/data';
import type { Bundle, BundleInfo, Lineage } from '@attune/encode';
import type { Choice } from '@attune/evaluate';
import type { Tier } from '@attune/schema';
import type { Recipe, TrainingProgress, TrainingResult } from '@attune/train';
import type { Catalogue } from '../catalogue.js';
import type { ChosenLexical } from '../choices/choose-lexical.js';
import type { JudgedSet } from '../judged.js';
import type { LearnedRows } from './learned-rows.js';
import type { Weighting } from './pair-weights.js';

export interface TuneOptions {
  dataset: Dataset;
  tier: Tier;
  /**
   * Whether preparation, epoch and search settings are chosen on the dataset's choosing queries, as they are unless set. If not, the base's
   * preparation stays, the last epoch is kept and the bundle carries no search settings; then the dataset needs no judged queries.
   */
  chooses?: boolean | undefined;
  /**
   * A bundle's folder or name; unless set it follows from the texts (`defaultBase`). `none`: one is made of the documents and the training
   * queries, for a language that no base at hand reads, and written into OUT-base (static tier only).
   */
  base?: string | undefined;
  /**
   * Instead of a base: a bundle's folder or name, such as a transformer that was tuned on the same data. A base is made of what it says of the
   * documents and the training queries, and written into OUT-base (static tier only).
   */
  teacher?: string | undefined;
  /** The folder of the tuned bundle. While it is made, its checkpoints are beside it in `OUT.run`, from which a stopped run continues. */
  out: string;
  /** Of the texts, as BCP 47, such as `de`: it decides which stems are tried. Told from the texts unless set. */
  language?: string | undefined;
  /** Decides the order of the pairs and the crops. 0 unless set. */
  seed?: number | undefined;
  /** Instead of the recipe's. */
  epochs?: number | undefined;
  /** Plans a training that is not one of seconds so that it ends after so many minutes, all that belongs to it included. */
  minutes?: number | undefined;
  /** Settings that take the place of the recipe's. */
  recipe?: Partial<Recipe> | undefined;
  /** The lowest weight of an interaction to learn from. Of grades half of the highest unless set; else whatever is above 0. */
  leastWeight?: number | undefined;
  /**
   * How a score becomes the weight of a pair. Unless set it is linear for grades and labels; for counts and rates it is chosen on the choosing
   * queries where they are enough, else log for counts and linear for rates.
   */
  weighting?: Weighting | undefined;
  /** Learns from fewer than 100 pairs too. */
  few?: boolean | undefined;
  /** Learns although the base knows less than half of what documents or queries say. */
  anyway?: boolean | undefined;
  force?: boolean | undefined;
  signal?: AbortSignal | undefined;
  onStep?: ((step: string) => void) | undefined;
  onProgress?: ((progress: TrainingProgress) => void) | undefined;
}

export interface TuneResult {
  bundle: BundleInfo;
  base: BundleInfo;
  recipe: Recipe;
  /** Why this recipe, in a sentence. */
  reason: string;
  pairs: number;
  queries: number;
  /** Interactions that were not learned from: weight too low, or an unknown document. */
  leftOut: number;
  /** Rows of the source that were learned from, and the others by reason. */
  learned: LearnedRows;
  /** How scores became weights. */
  weighting: Weighting;
  training: Omit<TrainingResult, 'model'>;
  /** What was chosen on the choosing queries: preparation, epoch. */
  choices: Choice[];
  /** How words count beside the model, chosen on the same; the bundle carries it. Undefined where nothing was chosen. */
  search: ChosenLexical | undefined;
  /** What else is to be told, such as of what a base was made, and how many documents have no text. */
  notes: string[];
  seconds: number;
}

/** What the tuning of a tier is given. */
export interface TierTuning extends TuneOptions {
  bundle: Bundle;
  catalogue: Catalogue;
  /** Undefined where nothing is chosen. */
  choosing: JudgedSet | undefined;
  seed: number;
  checkpoint: { folder: string };
  /** As performance.now() told it. */
  startedAt: number;
  lineage: Lineage;
}

/** What it gives back. */
export type TunedTier = Omit<TuneResult, 'base' | 'seconds'>;
