import type { Picture, SearchResult, SideBySideSearch } from '@attune/report';
import type { TunedAndJudged } from '@attune/tune';

const shown = 5;

export interface SideBySideOptions {
  queries: readonly string[];
  picture?: ((documentId: string) => Picture | undefined) | undefined;
}

/** The same searches before and after tuning: by vectors alone, so that nothing but the model differs. */
export async function searchSideBySide(
  { catalogue, comparison }: TunedAndJudged,
  { queries, picture }: SideBySideOptions,
): Promise<SideBySideSearch[]> {
  const searches: SideBySideSearch[] = queries.map((query) => ({ query, legs: [] }));
  for (const [name, side] of [
    ['before tuning', comparison.base],
    ['after tuning', comparison.model],
  ] as const) {
    if (!side) continue;
    const answers = await side.search(
      queries.map((text) => ({ text })),
      { mode: 'vector', limit: shown },
    );
    searches.forEach((search, i) => {
      const results = Array.from(answers[i]!.rows, (row): SearchResult => {
        const { id, fields } = catalogue.documents[row]!;
        const [title = id] = Object.values(fields);
        return { title, detail: id, picture: picture?.(id) };
      });
      search.legs.push({ name, results });
    });
  }
  return searches;
}

/** Queries to show where nobody chose any: the first of the reported ones in the order of their texts' length and letters. */
export function plainSample(queries: readonly { text: string }[], count: number): string[] {
  const texts = [...new Set(queries.map(({ text }) => text))].sort(
    (a, b) => a.length - b.length || (a < b ? -1 : 1),
  );
  // From the middle on: neither the shortest nor the longest.
  const middle = Math.floor((texts.length - count) / 2);
  return texts.slice(Math.max(0, middle), Math.max(0, middle) + count);
}
