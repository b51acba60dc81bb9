import type { Dataset, ValidationReport } from '@attune/data';
import { choosingSet } from '../feedback/choosing-set.js';
import type { LearningSet } from '../feedback/learning-set.js';
import { decideOnData } from '../gate/decide-gate.js';
import type { GateValidation } from '../gate/gate-rules.js';
import type { Collected } from './collect.js';
import type { Cycle } from './cycle.js';
import { validateLearning } from './validate-learning.js';

/** Checks what the events came to, and decides where too much of it is wrong. Gives what may be learned from. */
export async function validate(cycle: Cycle, { learning, documents }: Collected): Promise<Dataset> {
  const { options, finished, record } = cycle;
  cycle.begin('validate', 'checking what the events came to');
  const { report, dataset } = await finished.run('validated', async () => {
    const checked = await validateLearning(withChoosing(learning, [...documents]), {
      quarantine: finished.path('quarantine.jsonl'),
      signal: options.signal,
    });
    return { ...checked, dataset: { ...checked.dataset, documents: [] } };
  });
  record.validation = report;
  record.decision = decideOnData(gateValidation(report), options.rules);
  return { ...dataset, documents: [...documents], queries: learning.dataset.queries };
}

/** What the gate has to know of a validation. */
export function gateValidation({ rowsRead, rowsRejected, findings }: ValidationReport): GateValidation {
  return {
    rows: rowsRead,
    rejected: rowsRejected,
    failed: findings.filter(({ severity }) => severity === 'error').map(({ message }) => message),
    lacking: [],
  };
}

/** All of it as one dataset: the queries that are chosen on by clicks stand in dev, so that validation sees what leaks. */
function withChoosing({ dataset, choosing }: LearningSet, documents: Dataset['documents']): Dataset {
  const { queries, judgments } = choosingSet(choosing, { name: '', queries: [], judgments: new Map() });
  const source = { file: 'events', line: 0 };
  return {
    ...dataset,
    documents,
    queries: [
      ...dataset.queries,
      ...queries.map(({ id, text }) => ({ id, text, part: 'dev' as const, source })),
    ],
    slices: dataset.slices.map((slice) =>
      slice.name === 'dev' ? { ...slice, judgments: new Map([...slice.judgments, ...judgments]) } : slice,
    ),
  };
}
