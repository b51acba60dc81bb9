import {
  evaluationCard,
  evaluationSection,
  gateSection,
  type Picture,
  page,
  type SideBySideSearch,
  searchesSection,
  trainingSection,
  validationSection,
} from '@attune/report';
import type { TunedAndJudged } from '@attune/tune';
import type { LearntAgain } from './service/learn-again.js';

export interface MainJobPageOptions {
  title: string;
  searches: readonly SideBySideSearch[];
  picture?: ((documentId: string) => Picture | undefined) | undefined;
  again?: LearntAgain | undefined;
}

/** Everything that a main job found, as one page. */
export function mainJobPage(
  result: TunedAndJudged,
  { title, searches, picture, again }: MainJobPageOptions,
): string {
  const { training, reason, recipe, pairs, queries, seconds, choices } = result.tuning;
  const sections = [
    validationSection(result.validation, { accepted: true }),
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
  ];
  return page(title, sections, evaluationCard(result.comparison.report, result.validation));
}
