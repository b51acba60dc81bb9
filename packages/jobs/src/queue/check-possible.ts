import { findNamedBundle } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { noBase } from '@attune/schema';
import type { DatasetRecord, Store } from '@attune/store';
import type { JobKind, JobRequests } from '../requests.js';
import type { JobView } from './active-job.js';

/**
 * Says at once what would fail after a while. Only a courtesy: the work looks again, because things change while a job waits.
 *
 * @throws {AttuneError} NOT_FOUND, CONFLICT, DATA_INVALID
 */
export async function checkPossible(
  store: Store,
  kind: JobKind,
  request: JobRequests[JobKind],
  unfinished: readonly JobView[],
): Promise<void> {
  const { dataset, base, teacher, model, collection, name, acceptErrors } = request as Partial<
    JobRequests['train'] & JobRequests['evaluate']
  >;
  if (dataset !== undefined) {
    const record = await existing(store, 'dataset', dataset);
    if (kind === 'train') refuseFailed(dataset, record, acceptErrors);
  }
  if (collection !== undefined) await existing(store, 'collection', collection);
  if (model !== undefined) await existing(store, 'bundle', model);
  const isMade = kind === 'train' && base === noBase;
  for (const named of [isMade ? undefined : base, teacher])
    if (named !== undefined && !(await store.get('bundle', named))) await findNamedBundle(named);
  if (name === undefined) return;
  if (await store.get('bundle', name)) {
    throw new AttuneError(
      'CONFLICT',
      `There is a model "${name}" already. Models never change: choose another name.`,
    );
  }
  const other = unfinished.find((job) => (job.request as { name?: string }).name === name);
  if (other) {
    throw new AttuneError(
      'CONFLICT',
      `The job ${other.id} is to make a model "${name}": choose another name.`,
    );
  }
}

async function existing<Kind extends 'dataset' | 'collection' | 'bundle'>(
  store: Store,
  kind: Kind,
  name: string,
) {
  const record = await store.get(kind, name);
  if (record) return record.value;
  throw new AttuneError('NOT_FOUND', `There is no ${kind === 'bundle' ? 'model' : kind} "${name}".`);
}

function refuseFailed(name: string, { verdict }: DatasetRecord, acceptErrors = false): void {
  if (verdict !== 'fail' || acceptErrors) return;
  throw new AttuneError(
    'DATA_INVALID',
    `The validation of the dataset "${name}" found errors: see its report. Repair and upload it again, or continue without the rejected ` +
      'rows with "acceptErrors": true.',
  );
}
