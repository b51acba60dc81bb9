import process from 'node:process';

export const icuVersion = process.versions['icu'] ?? 'none';

// Words are found by the script of the text, whichever language is named.
const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

// A segmenter takes time in the square of its text: a text of 68,000 characters 6.5 s. No word is nearly as long as a piece.
const pieceLength = 256;

/** Words of a run of letters, as ICU's dictionaries of Chinese, Japanese, Thai, Lao, Khmer and Burmese cut it. */
export function icuWords(run: string): string[] {
  const words: string[] = [];
  for (let begin = 0; begin < run.length; ) {
    const piece = run.slice(begin, begin + pieceLength);
    const found = Array.from(segmenter.segment(piece), ({ segment }) => segment);
    // The last word may go on behind the piece, and is found again at the beginning of the next one.
    if (begin + piece.length < run.length && found.length > 1) found.pop();
    for (const word of found) {
      words.push(word);
      begin += word.length;
    }
  }
  return words;
}
