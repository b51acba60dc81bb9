const goldenRatio = (Math.sqrt(5) - 1) / 2;

/**
 * Rows for a sample, rising: all where there are no more than wanted, else up to that many, spread as multiples of the golden ratio are. No step
 * of theirs falls in with an order of the rows, such as two languages in turn.
 */
export function spreadRows(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, row) => row);
  const rows = new Set<number>();
  for (let i = 1; i <= most; ++i) rows.add(Math.floor(((i * goldenRatio) % 1) * count));
  return [...rows].sort((a, b) => a - b);
}
