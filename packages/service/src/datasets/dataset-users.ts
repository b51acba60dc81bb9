import { AttuneError } from '@attune/errors';
import { hasEnded } from '@attune/jobs';
import type { Store } from '@attune/store';

export interface UseOptions {
  /** Whether it counts that a collection learns from it: that only matters to who removes it. */
  learnedFrom?: boolean | undefined;
}

/**
 * What unfinished jobs read must stay what it was, or a restart would go on with something else; and what judges the candidates
 * of a collection is frozen.
 *
 * @throws {AttuneError} CONFLICT naming who uses it
 */
export async function checkUnchanged(store: Store, dataset: string, options: UseOptions = {}): Promise<void> {
  const collections = await store.list('collection');
  for (const { name, value } of collections) {
    if (value.golden?.dataset === dataset) {
      throw new AttuneError(
        'CONFLICT',
        `The dataset "${dataset}" is frozen: it judges the candidates of the collection "${name}". Upload another, and name that as ` +
          'golden.',
      );
    }
    if (options.learnedFrom && value.learning.datasets.includes(dataset)) {
      throw new AttuneError(
        'CONFLICT',
        `The collection "${name}" learns from the dataset "${dataset}". Take it out of its datasets first.`,
      );
    }
  }
  for (const { name: id, value } of await store.list('job', { reverse: true })) {
    if (hasEnded(value)) continue;
    const request = value.request as Record<string, unknown>;
    const learning = collections.find(({ name }) => name === request['collection'])?.value.learning;
    const isRead = request['dataset'] === dataset || learning?.datasets.includes(dataset) === true;
    if (isRead) {
      throw new AttuneError(
        'CONFLICT',
        `The dataset "${dataset}" is read by the job ${id}, which is ${value.state}. Wait for its end, or cancel it.`,
      );
    }
  }
}
