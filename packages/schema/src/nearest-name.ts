/** Longer names are no slip of a known one. */
const mostCharacters = 64;

/**
 * The name that was likely meant by a misspelt one: the one that takes the fewest changes, a third of its letters at most and never more
 * than three; undefined where there is none. Capitals, underscores and hyphens do not count.
 */
export function nearestName(misspelt: string, names: readonly string[]): string | undefined {
  if (misspelt.length > mostCharacters) return undefined;
  const written = folded(misspelt);
  let nearest: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const known = folded(name);
    const changes = changesBetween(written, known);
    const most = Math.min(3, Math.max(1, Math.floor(Math.max(written.length, known.length) / 3)));
    // Of one or two letters, any other is one change away.
    if (changes > most || changes >= least || (changes > 0 && known.length < 3)) continue;
    nearest = name;
    least = changes;
  }
  return nearest;
}

/** What is said behind a name that was likely misspelt; nothing where no other is near. */
export function didYouMean(misspelt: string, names: readonly string[]): string {
  const nearest = nearestName(misspelt, names);
  return nearest === undefined ? '' : ` (did you mean ${JSON.stringify(nearest)}?)`;
}

const folded = (name: string): string => name.toLowerCase().replaceAll(/[_-]/g, '');

/**
 * The least number of letters put in, left out, replaced, or swapped with their neighbour that makes one text the other.
 *
 * @see Damerau 1964, https://doi.org/10.1145/363958.363994; each letter is changed once at most
 */
function changesBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; ++i) {
    const row = [i];
    for (let j = 1; j <= b.length; ++j) {
      const isSame = a[i - 1] === b[j - 1];
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + Number(!isSame));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j]!, beforeLast[j - 2]! + 1);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
