import type { Reading } from '@attune/encode';
import { decideGate } from '../gate/decide-gate.js';
import type { GateDecision, GateInput } from '../gate/gate-rules.js';
import type { EmbeddedSearcher } from './collect.js';
import type { Cycle } from './cycle.js';
import { gateValidation } from './validate.js';

/** Has the gate decide by all that is on record. */
export function decide(
  cycle: Cycle,
  { goldenVectors, readings }: { goldenVectors: GateInput['goldenVectors']; readings: readonly Reading[] },
  candidate: EmbeddedSearcher | undefined,
): GateDecision {
  const { options, record } = cycle;
  const { validation, evaluations } = record;
  cycle.begin('decide', 'the gate');
  record.decision = decideGate({
    validation: validation && gateValidation(validation),
    // Of the candidate's documents more is known: which of their vectors are equal.
    readings: readings.map((reading) =>
      reading.what === 'documents' ? (candidate?.vectors.reading ?? reading) : reading,
    ),
    golden: evaluations.golden,
    newest: evaluations.newest?.scores,
    // What an index that is not exact finds was not measured.
    annRecall: candidate?.searcher.view.isExact ? 1 : undefined,
    goldenVectors,
    latency: evaluations.latency,
    rules: options.rules,
  });
  return record.decision;
}
