import type { Analyser } from './analyser.js';

/**
 * Which documents hold each term, and how often. Term t has the postings offsets[t] to offsets[t + 1] - 1, their rows
 * ascending.
 */
export interface Postings {
  /** Distinct terms, in the order in which they were first met. */
  terms: string[];
  /** [terms + 1] */
  offsets: Uint32Array;
  /** [postings] */
  rows: Uint32Array;
  /** [postings], times the term stands in the document; at most 65,535 */
  counts: Uint16Array;
  /** [documents], terms in each document */
  lengths: Uint32Array;
}

/**
 * Postings of equal count in documents of equal length weigh the same, but for their term. Such a pair is a cell, and each posting names
 * its own: so whatever a weight takes from all documents at once is computed for a few thousand cells, not for every posting.
 */
export interface Cells {
  /** [postings], the cell of each */
  ofPosting: Uint32Array;
  /** [cells] */
  counts: Uint16Array;
  /** [cells] */
  lengths: Uint32Array;
}

/** The cells of one length lie together, one for each count from 1 to the highest there. */
export function cellsOf({ rows, counts, lengths }: Omit<Postings, 'terms'>): Cells {
  const placeOfLength = new Map<number, number>();
  const placeOfRow = new Uint32Array(lengths.length);
  for (const [row, length] of lengths.entries()) {
    const place = placeOfLength.get(length) ?? placeOfLength.size;
    placeOfLength.set(length, place);
    placeOfRow[row] = place;
  }
  const highest = new Uint16Array(placeOfLength.size);
  for (let posting = 0; posting < rows.length; ++posting) {
    const place = placeOfRow[rows[posting]!]!;
    if (counts[posting]! > highest[place]!) highest[place] = counts[posting]!;
  }
  const starts = new Uint32Array(highest.length + 1);
  for (let place = 0; place < highest.length; ++place) starts[place + 1] = starts[place]! + highest[place]!;

  const cells: Cells = {
    ofPosting: new Uint32Array(rows.length),
    counts: new Uint16Array(starts.at(-1)!),
    lengths: new Uint32Array(starts.at(-1)!),
  };
  for (const [length, place] of placeOfLength) {
    for (let cell = starts[place]!; cell < starts[place + 1]!; ++cell) {
      cells.counts[cell] = cell - starts[place]! + 1;
      cells.lengths[cell] = length;
    }
  }
  for (let posting = 0; posting < rows.length; ++posting)
    cells.ofPosting[posting] = starts[placeOfRow[rows[posting]!]!]! + counts[posting]! - 1;
  return cells;
}

export function buildPostings(texts: Iterable<string>, analyser: Analyser): Postings {
  const idOf = new Map<string, number>();
  const documentsOfTerm: number[] = [];
  // Postings in the order of documents first, then sorted by term, by counting.
  const termOfPosting = new GrowingUint32();
  const countOfPosting = new GrowingUint32();
  const rowStarts = new GrowingUint32();
  const lengths = new GrowingUint32();
  // Where a term's posting of the present document is, if at or behind the document's start.
  const postingOfTerm: number[] = [];

  for (const text of texts) {
    const start = termOfPosting.length;
    rowStarts.push(start);
    const terms = analyser.terms(text);
    lengths.push(terms.length);
    for (const term of terms) {
      let id = idOf.get(term);
      if (id === undefined) {
        id = idOf.size;
        idOf.set(term, id);
        documentsOfTerm.push(0);
        postingOfTerm.push(-1);
      }
      if (postingOfTerm[id]! >= start) {
        countOfPosting.values[postingOfTerm[id]!]! += 1;
      } else {
        postingOfTerm[id] = termOfPosting.length;
        termOfPosting.push(id);
        countOfPosting.push(1);
        documentsOfTerm[id]! += 1;
      }
    }
  }
  rowStarts.push(termOfPosting.length);

  const offsets = new Uint32Array(idOf.size + 1);
  for (let id = 0; id < idOf.size; ++id) offsets[id + 1] = offsets[id]! + documentsOfTerm[id]!;
  const rows = new Uint32Array(termOfPosting.length);
  const counts = new Uint16Array(termOfPosting.length);
  const next = offsets.slice();
  for (let row = 0; row < lengths.length; ++row) {
    for (let posting = rowStarts.values[row]!; posting < rowStarts.values[row + 1]!; ++posting) {
      const place = next[termOfPosting.values[posting]!]!++;
      rows[place] = row;
      counts[place] = Math.min(countOfPosting.values[posting]!, 0xffff);
    }
  }
  return { terms: [...idOf.keys()], offsets, rows, counts, lengths: lengths.values.slice(0, lengths.length) };
}

class GrowingUint32 {
  values = new Uint32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Uint32Array(2 * this.length);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }
}
