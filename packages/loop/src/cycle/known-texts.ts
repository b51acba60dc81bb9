import type { Dataset } from '@attune/data';
import type { Reading } from '@attune/encode';
import { readingsOf } from '@attune/tune';
import { decideOnTexts } from '../gate/decide-gate.js';
import type { Collected } from './collect.js';
import type { Cycle } from './cycle.js';

/** Looks how much of the texts the model in service knows, whose vocabulary the candidate will have, and decides where that is too little. */
export async function knownTexts(
  cycle: Cycle,
  { catalogue }: Collected,
  dataset: Dataset,
): Promise<readonly Reading[]> {
  const { options, servingBundle, record } = cycle;
  cycle.begin('validate', 'looking how much of the texts the model knows');
  const queries = [...dataset.queries, ...(options.golden?.queries ?? [])];
  const model = { ...servingBundle, name: options.serving.name };
  const readings = await readingsOf(model, catalogue, queries, options);
  record.decision = decideOnTexts(readings, options.rules);
  return readings;
}
