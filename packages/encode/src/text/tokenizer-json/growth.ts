/** How much longer a normaliser may make a text. */

/** A step of a normaliser, as far as lengths go. */
export type Step =
  /** Replaces what it finds, a text or (undefined) anything, by `content`. `least` characters are found at least. */
  | { kind: 'replace'; found: string | undefined; least: number; content: string }
  | { kind: 'prepend'; content: string }
  /** Replaces single characters by one of these. */
  | { kind: 'map'; replacements: Iterable<string> };

/** Characters that become of one, at most, besides what the forms of Unicode make of it. The map of XLM-RoBERTa makes 18 of U+FDFA. */
export const mostGrowth = 32;

/**
 * Characters that become of one at most, from the last step back: what a character comes to is known once it is known what those come to that
 * it is replaced by. What is found is shared out over its characters, so no text grows more.
 */
export function growthOf(steps: readonly Step[]): number {
  let byCharacter = new Map<string, number>();
  let others = 1;
  const ofCharacter = (character: string) =>
    byCharacter.get(character) ?? Math.max(others, character.normalize('NFKD').length);
  const ofText = (text: string) => [...text].reduce((sum, character) => sum + ofCharacter(character), 0);
  for (const step of steps.toReversed()) {
    if (step.kind === 'replace' && step.found !== undefined) {
      const share = ofText(step.content) / step.least;
      const next = new Map(byCharacter);
      for (const character of step.found)
        next.set(character, Math.max(byCharacter.get(character) ?? others, share));
      byCharacter = next;
      continue;
    }
    let most = Math.max(others, ...byCharacter.values());
    if (step.kind === 'replace') most = Math.max(most, ofText(step.content) / step.least);
    else if (step.kind === 'prepend') most += ofText(step.content);
    else for (const text of step.replacements) most = Math.max(most, ofText(text));
    others = most;
    byCharacter = new Map();
    if (most === Infinity) break;
  }
  return Math.max(others, ...byCharacter.values());
}
