/** More than there are texts in memory, so that a pair of numbers fits into one. */
const mostSeconds = 2 ** 26;

/**
 * Values by two texts, such as the ids of a query and a document. Each text has a number, and a pair is one number of both: the
 * texts are not joined, because whatever stood between them might stand in them as well, and a map for each first text would take
 * five times the memory where most of them have one second text.
 */
export class PairMap<Value> {
  readonly #firsts = new Map<string, number>();
  readonly #seconds = new Map<string, number>();
  readonly #values = new Map<number, Value>();

  get(first: string, second: string): Value | undefined {
    const [row, column] = [this.#firsts.get(first), this.#seconds.get(second)];
    return row === undefined || column === undefined
      ? undefined
      : this.#values.get(row * mostSeconds + column);
  }

  set(first: string, second: string, value: Value): void {
    this.#values.set(numberOf(this.#firsts, first) * mostSeconds + numberOf(this.#seconds, second), value);
  }
}

function numberOf(numbers: Map<string, number>, text: string): number {
  const known = numbers.get(text);
  if (known !== undefined) return known;
  numbers.set(text, numbers.size);
  return numbers.size - 1;
}
