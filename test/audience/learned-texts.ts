import { groupQueries, hash53 } from '@attune/data';
import { stemmerFor } from '@attune/indexes';

/**
 * Which of the texts a model is to know already, so that an audience can teach it the others: a share of the groups of wordings, by
 * a seeded hash of each group's shortest text.
 */
export function learnedTexts(
  texts: readonly string[],
  { share, seed }: { share: number; seed: number },
): Set<string> {
  const groups = groupQueries(texts, { stem: stemmerFor('english') });
  const shortest = new Map<number, string>();
  texts.forEach((text, row) => {
    const best = shortest.get(groups[row]!);
    if (best === undefined || text.length < best.length || (text.length === best.length && text < best))
      shortest.set(groups[row]!, text);
  });
  return new Set(
    texts.filter((_, row) => hash53(`known ${shortest.get(groups[row]!)}`, seed) / 2 ** 53 < share),
  );
}
