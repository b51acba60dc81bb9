import type { Bundle, BundleInfo, DocumentTexts } from '@attune/encode';
import type { Choice } from '@attune/evaluate';
import type { Recipe, TrainingOptions, TrainingPairs, TrainingResult } from '@attune/train';
import type { JudgedVectors } from '../judge-vectors.js';
import type { bundleOptions } from './tier-plan.js';
import type { TierTuning } from './tier-tuning.js';
import type { PairedTexts } from './training-pairs.js';

/** What is told apart between the tiers: whatever depends on the tier is asked here. */
export interface TierEntry {
  /** What is learned, in a few words for a command's help. */
  says: string;
  /** What it begins with where no model is named: for Chinese texts, and for all others. */
  bases: { chinese: string; usual: string };
  /** Whether a base may be made of the catalogue; else what the tier learns, which has no use for one. */
  catalogueBase: true | { learns: string };
  /** Whether a bundle can be tuned. */
  fits: (bundle: Bundle) => boolean;
  /** What can be done about a bundle that does not fit. */
  otherwise: string;
  /** What is different for a model that was tuned already, and is in service. */
  continual: Partial<Recipe> | undefined;
  prepare: (tuning: TierTuning) => Promise<PreparedTier>;
}

/** A tier with the texts of a dataset, before training. */
export interface PreparedTier {
  documentFields: readonly string[];
  ofDocuments: DocumentTexts;
  paired: PairedTexts;
  /** What was chosen before training. */
  choices: readonly Choice[];
  /** By a model as it is trained; undefined where nothing is chosen. */
  judge: TierJudge | undefined;
  train: (training: TierTraining) => Promise<TrainingResult>;
  /** What stands between the name of the base and "tuned on", in the bundle's description. */
  how: string;
  write: (model: Float32Array, options: ReturnType<typeof bundleOptions>) => Promise<BundleInfo>;
}

export interface TierJudge {
  /** Of the catalogue's documents and of the choosing queries. */
  vectors: (model: Float32Array) => Promise<JudgedVectors>;
  score: (model: Float32Array) => Promise<number>;
}

export type TierTraining = TrainingOptions & { pairs: TrainingPairs; recipe: Recipe };
