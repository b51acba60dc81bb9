import { bootstrapInterval, type Choice } from '@attune/evaluate';
import { chooseFusionWeight, type FusionParts, type FusionWeight, type RankedRows } from '@attune/search';
import { fusedAnswers, rankingsOf } from './answers.js';
import type { Catalogue } from './catalogue.js';
import { type JudgedSet, meanOn, measureOf } from './judged.js';

const metric = 'ndcg@10';

/**
 * The weight of BM25 beside the model that the choosing queries like best. A mixture has to show that it is better than the better
 * part alone (the 95 % interval of the difference lies above 0): a weight that is only lucky on these queries costs on others.
 */
export function chooseFusion(
  parts: readonly FusionParts[],
  choosing: JudgedSet,
  catalogue: Catalogue,
): { weight: FusionWeight; choice: Choice } {
  const rank = (answers: readonly RankedRows[]) => rankingsOf(answers, choosing, catalogue);
  const { weight: liked, tries } = chooseFusionWeight({
    queries: parts,
    judge: (answers) => meanOn(choosing, rank(answers)),
  });
  const alone = tries.filter((attempt) => attempt.weight === 0 || attempt.weight === 'lexicalOnly');
  const better = alone.reduce((best, attempt) => (attempt.score > best.score ? attempt : best));
  const valuesWith = (weight: FusionWeight) => measureOf(choosing).values(rank(fusedAnswers(parts, weight)));
  const [mixed, single] = [valuesWith(liked), valuesWith(better.weight)];
  const differences = Float64Array.from(mixed, (value, i) => value - single[i]!).filter(
    (value) => !Number.isNaN(value),
  );
  const weight = liked === better.weight || bootstrapInterval(differences).low > 0 ? liked : better.weight;
  return {
    weight,
    choice: {
      what: 'fusion weight',
      chosen: weight === liked ? String(weight) : `${weight} (${liked} was not shown to be better)`,
      metric,
      on: choosing.name,
      queryCount: choosing.queries.length,
      tried: tries.map((attempt) => ({ name: String(attempt.weight), value: attempt.score })),
    },
  };
}
