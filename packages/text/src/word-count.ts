import { icuWords } from './icu-words.js';
import { textRuns } from './runs.js';

/** Words of a text: what blanks separate, and within scripts that write none what ICU's dictionaries find. */
export function wordCount(text: string): number {
  let count = 0;
  for (const part of text.match(/\S+/g) ?? []) {
    const runs = textRuns(part);
    if (runs.every(({ kind }) => kind === 'word' || kind === 'hangul')) count += 1;
    else
      for (const { kind, text: run } of runs)
        count += kind === 'word' || kind === 'hangul' ? 1 : icuWords(run).length;
  }
  return count;
}
