import type { Bundle, BundleInfo, DocumentTexts, WriteOptions } from '@attune/encode';
import type { Choice } from '@attune/evaluate';
import type { Recipe, TrainingOptions, TrainingPairs, TrainingResult } from '@attune/train';
import type { JudgedVectors } from '../judge-vectors.js';
import type { JudgedSet } from '../judged.js';
import type { TierTuning } from './tier-tuning.js';
import type { PairedTexts } from './training-pairs.js';

/** What is told apart between the tiers: whatever depends on the tier is asked here. */
export interface TierEntry {
  /** What is learned, in a few words for a command's help. */
  says: string;
  /** What it begins with where no model is named, for Chinese texts and for all others; undefined: one has to be named. */
  bases: { chinese: string; usual: string } | undefined;
  /** Whether a base may be made of the catalogue; else what the tier learns, which has no use for one. */
  catalogueBase: true | { learns: string };
  /** Whether a training takes seconds: then several are compared. Else it is planned by `minutes`. */
  isQuick: boolean;
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
  /** Settings of the recipe that follow from the base. */
  recipe?: Partial<Recipe> | undefined;
  /** What was chosen before training. */
  choices: readonly Choice[];
  /** What epochs are judged on; undefined where nothing is chosen. */
  judgedOn: JudgedSet | undefined;
  train: (training: TierTraining) => Promise<TrainedTier>;
  /** What stands between the name of the base and "tuned on", in the bundle's description. */
  how: string;
}

export interface TierTraining extends Pick<TrainingOptions, 'seed' | 'checkpoint' | 'signal' | 'onProgress'> {
  pairs: TrainingPairs;
  recipe: Recipe;
}

/** What a training came to. */
export interface TrainedTier {
  training: Omit<TrainingResult, 'model'>;
  /** What was chosen after training. */
  choices?: readonly Choice[] | undefined;
  notes?: readonly string[] | undefined;
  /** By the trained model, of the catalogue's documents and of the choosing queries; undefined where nothing is chosen. */
  vectors: (() => Promise<JudgedVectors>) | undefined;
  write: (options: WriteOptions) => Promise<BundleInfo>;
}
