/**
 * Keeps the k best of the rows that are offered, in memory that is reserved once: better means a higher score, then a
 * lower row.
 */
export class TopRows {
  // A binary heap with the worst of the kept rows at its root.
  #rows = new Int32Array(0);
  #scores = new Float32Array(0);
  #k = 0;
  #count = 0;

  start(k: number): void {
    if (this.#rows.length < k) {
      this.#rows = new Int32Array(k);
      this.#scores = new Float32Array(k);
    }
    this.#k = k;
    this.#count = 0;
  }

  offer(row: number, score: number): void {
    if (this.#count < this.#k) {
      this.#rise(this.#count++, row, score);
    } else if (this.#k > 0 && better(score, row, this.#scores[0]!, this.#rows[0]!)) {
      this.#sink(this.#count, row, score);
    }
  }

  /** Writes the kept rows, best first, to [at, at + k), and fills what is left over with -1 and -Infinity. */
  write(rows: Int32Array, scores: Float32Array, at: number): void {
    rows.fill(-1, at + this.#count, at + this.#k);
    scores.fill(Number.NEGATIVE_INFINITY, at + this.#count, at + this.#k);
    while (this.#count > 0) {
      const last = --this.#count;
      rows[at + last] = this.#rows[0]!;
      scores[at + last] = this.#scores[0]!;
      this.#sink(last, this.#rows[last]!, this.#scores[last]!);
    }
  }

  #rise(start: number, row: number, score: number): void {
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!better(this.#scores[parent]!, this.#rows[parent]!, score, row)) break;
      this.#rows[at] = this.#rows[parent]!;
      this.#scores[at] = this.#scores[parent]!;
      at = parent;
    }
    this.#rows[at] = row;
    this.#scores[at] = score;
  }

  /** Puts an entry in the place of the root of a heap of `count`. */
  #sink(count: number, row: number, score: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= count) break;
      const right = child + 1;
      if (
        right < count &&
        better(this.#scores[child]!, this.#rows[child]!, this.#scores[right]!, this.#rows[right]!)
      ) {
        child = right;
      }
      if (!better(score, row, this.#scores[child]!, this.#rows[child]!)) break;
      this.#rows[at] = this.#rows[child]!;
      this.#scores[at] = this.#scores[child]!;
      at = child;
    }
    this.#rows[at] = row;
    this.#scores[at] = score;
  }
}

function better(score: number, row: number, thanScore: number, thanRow: number): boolean {
  return score > thanScore || (score === thanScore && row < thanRow);
}
