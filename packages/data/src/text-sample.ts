const goldenRatio = (Math.sqrt(5) - 1) / 2;

/**
 * A sample of texts that come one after another, spread over all of them as multiples of the golden ratio are: no order of the texts, such as
 * two languages in turn, falls in with it.
 */
export class TextSample {
  readonly #most: number;
  #kept: { place: number; text: string }[] = [];
  #below = 1;
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** @param text  made only where it is kept */
  take(text: () => string): void {
    const place = (++this.#taken * goldenRatio) % 1;
    if (place >= this.#below) return;
    this.#kept.push({ place, text: text() });
    if (this.#kept.length <= this.#most) return;
    this.#below /= 2;
    this.#kept = this.#kept.filter((each) => each.place < this.#below);
  }

  /** Half as many as wanted or more, where there are so many. */
  get texts(): string[] {
    return this.#kept.map(({ text }) => text);
  }
}
