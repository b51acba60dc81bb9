import type { CycleWorkResult } from './cycle.js';
import type { EvaluateResult } from './evaluate.js';
import type { TrainResult } from './train.js';
import type { ValidateResult } from './validate.js';

/** What the work of each kind of job comes to. */
export interface WorkResults {
  validate: ValidateResult;
  train: TrainResult;
  evaluate: EvaluateResult;
  cycle: CycleWorkResult;
}
