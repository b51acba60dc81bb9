import { textRuns } from './runs.js';

const segmenter = new Intl.Segmenter('und', { granularity: 'word' });
// Intl.Segmenter takes time in the square of its text; a text that is longer is counted in pieces.
const pieceLength = 256;

/** Words of a text: what blanks separate, and within scripts that write none what ICU's dictionaries find. */
export function wordCount(text: string): number {
  let count = 0;
  for (const part of text.match(/\S+/g) ?? []) {
    const runs = textRuns(part);
    if (runs.every(({ kind }) => kind === 'word' || kind === 'hangul')) count += 1;
    else
      for (const { kind, text: run } of runs)
        count += kind === 'word' || kind === 'hangul' ? 1 : segmented(run);
  }
  return count;
}

function segmented(run: string): number {
  let count = 0;
  for (let begin = 0; begin < run.length; begin += pieceLength)
    for (const _ of segmenter.segment(run.slice(begin, begin + pieceLength))) count += 1;
  return count;
}
