import { wordCount } from '@attune/text';

/** A query as a slicer sees it. */
export interface QueryText {
  id: string;
  text: string;
}

/** Name of the slice that a query belongs to; undefined leaves it out. */
export type QuerySlicer = (query: QueryText) => string | undefined;

/**
 * Groups queries by what a slicer calls them.
 *
 * @returns slice name -> rows of `queries`, in the order of the names (numbers in names by size)
 */
export function sliceQueries(queries: readonly QueryText[], slicer: QuerySlicer): Map<string, number[]> {
  const slices = new Map<string, number[]>();
  queries.forEach((query, row) => {
    const name = slicer(query);
    if (name === undefined) return;
    const rows = slices.get(name);
    if (rows) rows.push(row);
    else slices.set(name, [row]);
  });
  const names = [...slices.keys()].sort(new Intl.Collator('en', { numeric: true }).compare);
  return new Map(names.map((name) => [name, slices.get(name)!]));
}

/** `1 word`, `2 words`, … `5 words or more`, as `wordCount` of @attune/text counts them. */
export function byWordCount(most = 5): QuerySlicer {
  return ({ text }) => {
    const count = wordCount(text);
    if (count >= most) return `${most} words or more`;
    return count === 1 ? '1 word' : `${count} words`;
  };
}

/**
 * Head, torso and tail by how often a query was asked: the most frequent queries that make up a third of all asking
 * are the head, the least frequent that make up a third the tail. Queries asked 0 times are `not in the log`.
 *
 * @param frequency  how often a query was asked, by its id; the queries that are evaluated, and no others
 */
export function byFrequency(frequency: ReadonlyMap<string, number>): QuerySlicer {
  const asked = [...frequency].filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1]);
  const total = asked.reduce((sum, [, count]) => sum + count, 0);
  const parts = new Map<number, string>();
  let before = 0;
  for (const [, count] of asked) {
    // Queries of one frequency belong together, so the first of them decides for all.
    if (!parts.has(count)) {
      parts.set(count, before < total / 3 ? 'head' : before < (2 * total) / 3 ? 'torso' : 'tail');
    }
    before += count;
  }
  return ({ id }) => parts.get(frequency.get(id) ?? 0) ?? 'not in the log';
}

/**
 * By how much of a query's words training has seen: `no new word`, `some new words`, `only new words`.
 *
 * @param seen     words (or stems) of the training queries
 * @param wordsOf  the same splitting (and stemming) that made `seen`
 */
export function byNovelty(
  seen: ReadonlySet<string>,
  wordsOf: (text: string) => readonly string[],
): QuerySlicer {
  return ({ text }) => {
    const words = wordsOf(text);
    if (words.length === 0) return undefined;
    const known = words.filter((word) => seen.has(word)).length;
    if (known === words.length) return 'no new word';
    return known === 0 ? 'only new words' : 'some new words';
  };
}
