import { guessLanguage } from '@attune/text';
import type { NormaliseOptions } from './normalise.js';
import { readRows } from './rows.js';
import type { SourcePlan } from './source-plan.js';

/** The language of a source, and how words are stemmed where like queries are to be found. */
export interface LanguageOptions extends Pick<NormaliseOptions, 'stem'> {
  /** Of the texts, as BCP 47, such as `de`; told from them unless set. */
  language?: string | undefined;
  /** The stem of a language, which is undefined where the texts do not tell theirs; where no `stem` is given. */
  stemFor?: ((language: string | undefined) => (word: string) => string) | undefined;
}

/** Rows of each file whose texts tell its language. */
const sampledRows = 500;

/** The language of a source, and its stem: what reads it and what checks it take the same. */
export async function sourceLanguage(
  plan: SourcePlan,
  { language, stem, stemFor }: LanguageOptions,
): Promise<{ language: string | undefined; stem: NormaliseOptions['stem'] }> {
  const found = language ?? guessLanguage(await sampleTexts(plan)).language;
  return { language: found, stem: stem ?? stemFor?.(found) };
}

async function sampleTexts(plan: SourcePlan): Promise<string[]> {
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
  return [...texts];
}
