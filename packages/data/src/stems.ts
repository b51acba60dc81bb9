import type { NormaliseOptions } from './normalise.js';
import { readRows } from './rows.js';
import type { SourcePlan } from './source-plan.js';

/** How words are stemmed where like queries are to be found. */
export interface StemOptions extends Pick<NormaliseOptions, 'stem'> {
  /** Chooses `stem` by texts of the source, where it is not given. */
  stemFor?: ((texts: readonly string[]) => (word: string) => string) | undefined;
}

/** Rows of each file whose texts tell its language. */
const sampledRows = 500;

/** The stem to take for a source: what reads it and what checks it take the same. */
export async function stemOf(
  plan: SourcePlan,
  { stem, stemFor }: StemOptions,
): Promise<NormaliseOptions['stem']> {
  if (stem !== undefined || stemFor === undefined) return stem;
  const texts = new Set<string>();
  for (const file of plan.files) {
    let looked = 0;
    for await (const rows of readRows(file, { hasCatalogue: true })) {
      for (const { query, texts: fields } of rows) {
        if (query) texts.add(query);
        for (const { value } of fields) if (value !== '') texts.add(value);
      }
      looked += rows.length;
      if (looked >= sampledRows) break;
    }
  }
  return stemFor([...texts]);
}
