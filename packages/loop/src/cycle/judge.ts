import type { Filter } from '@attune/schema';
import { judgeGolden } from '../gate/judge-golden.js';
import { judgeNewest } from '../gate/judge-newest.js';
import { measureLatency } from '../gate/latency.js';
import type { Collected, EmbeddedSearcher } from './collect.js';
import type { Cycle } from './cycle.js';

/** Judges both models as they would serve, on the newest queries and on the golden set, and takes the time of a search. */
export async function judge(
  cycle: Cycle,
  { catalogue, learning, serving }: Collected,
  candidate: EmbeddedSearcher,
): Promise<void> {
  const { options, finished, record } = cycle;
  const { signal, golden } = options;
  const searchers = { serving: serving.searcher, candidate: candidate.searcher };
  cycle.begin('judge', 'the newest queries');
  record.evaluations.newest = await finished.run('newest', () =>
    judgeNewest(learning.newest, catalogue, searchers, signal),
  );
  cycle.begin('judge', 'the golden set');
  if (golden) {
    record.evaluations.golden = await finished.run('golden', () =>
      judgeGolden(golden, catalogue, searchers, signal),
    );
  }
  cycle.begin('judge', 'the time of a search');
  const asked = [
    ...learning.newest.map(({ text, filter }) => ({
      text,
      filter: (filter ?? undefined) as Filter | undefined,
    })),
    ...(golden?.queries.map(({ text }) => ({ text })) ?? []),
  ];
  if (asked.length === 0) return;
  record.evaluations.latency = await finished.run('latency', () =>
    measureLatency({ serving, candidate }, catalogue, asked, { signal }),
  );
}
