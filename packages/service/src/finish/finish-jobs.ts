import { type FinishJobs, tunedFolder } from '@attune/jobs';
import type { Datasets } from '../datasets/datasets.js';
import { type CycleFinisher, finishCycle } from './finish-cycle.js';

/** Puts what jobs make in its place: a verdict beside its dataset, a model among the registered ones, a candidate in service. */
export function finishJobs({ datasets, ...finisher }: CycleFinisher & { datasets: Datasets }): FinishJobs {
  return {
    validation: (dataset, verdict) => datasets.judged(dataset, verdict),
    training: async ({ id, made, folder, step }) => {
      step('registering the model');
      const { model, fingerprint, base } = made;
      await finisher.models.adopt(model, tunedFolder(folder, model), { fingerprint, base, job: id });
      return made;
    },
    cycle: (done) => finishCycle(done, finisher),
  };
}
