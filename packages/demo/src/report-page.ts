import {
  evaluationSection,
  gateSection,
  page,
  type SideBySideSearch,
  searchesSection,
  trainingSection,
  validationSection,
} from '@attune/report';
import type { MainJobResult } from '@attune/tune';
import type { DemoData } from './demo-data.js';
import type { LearntAgain } from './service/learn-again.js';

/** Everything that the demo found, as one page. */
export function reportPage(
  { title, picture }: DemoData,
  result: MainJobResult,
  searches: readonly SideBySideSearch[],
  again: LearntAgain | undefined,
): string {
  const { training, reason, recipe, pairs, queries, seconds, choices } = result.tuning;
  return page(title, [
    validationSection(result.validation),
    trainingSection({
      recipe: recipe.tier,
      reason,
      losses: training.losses.map((loss, epoch) => ({ step: epoch + 1, loss })),
      epochs: training.scores.map((score, epoch) => ({ epoch, score })),
      metric: `NDCG@10 on the ${choices[0]?.on ?? 'choosing queries'}`,
      bestEpoch: training.bestEpoch,
      facts: [
        ['pairs', pairs.toLocaleString('en')],
        ['queries', queries.toLocaleString('en')],
        ['seconds', seconds.toFixed(1)],
        ...choices.map(({ what, chosen, on }) => [what, `${chosen} (chosen on the ${on})`] as const),
      ],
    }),
    evaluationSection(result.comparison.report, { picture }),
    searchesSection(searches),
    ...(again ? [gateSection(again.gate, { title: 'Learnt again, and judged by the gate' })] : []),
  ]);
}
