/** Code points, so that a rare Chinese character outside the first plane is one. */
export const charactersOf = (run: string): string[] => Array.from(run);

export function pairsOf(run: string): string[] {
  const characters = Array.from(run);
  if (characters.length < 2) return characters;
  const pairs: string[] = [];
  for (let i = 1; i < characters.length; ++i) pairs.push(characters[i - 1]! + characters[i]!);
  return pairs;
}

export function charactersAndPairs(run: string): string[] {
  const terms = Array.from(run);
  const count = terms.length;
  for (let i = 1; i < count; ++i) terms.push(terms[i - 1]! + terms[i]!);
  return terms;
}
