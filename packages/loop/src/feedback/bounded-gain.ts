import type { InteractionRow } from '@attune/data';

/** A pair that may be learned from, with how many people acted on it. */
export interface GainedPair {
  interaction: InteractionRow;
  actors: number;
}

/**
 * What one document or one query may gain in a cycle, in certain pairs: a hundredth of all, as one client may count for, but always 10. On
 * the icons, where everything is known, nine documents of ten are right answers to 9 queries or fewer.
 *
 * Of the pairs that one person alone has acted on, a document gains `lone`: one is often a slip, and many of one document are somebody's wish to move it.
 *
 * What is beyond is left out, not weighed less: a trainer whose steps adapt to the size of a gradient learns a rare text by a small weight nearly as well.
 */
export const mostGain = { share: 0.01, least: 10, lone: 1 };

/** Pairs within {@link mostGain}, in their order: of each document and query the likeliest, those of more people first where they are as likely. */
export function boundGain(pairs: readonly GainedPair[]): GainedPair[] {
  const total = pairs.reduce((sum, { interaction }) => sum + interaction.weight, 0);
  const most = Math.max(mostGain.least, mostGain.share * total);
  const gained = new Map<string, number>();
  const lone = new Map<string, number>();
  const kept = new Set<GainedPair>();
  for (const pair of [...pairs].sort(byChance)) {
    const { documentId, query, weight } = pair.interaction;
    const places = [`document ${documentId}`, `query ${query}`];
    const loneBefore = lone.get(documentId) ?? 0;
    if (pair.actors === 1 && loneBefore >= mostGain.lone) continue;
    if (places.some((place) => (gained.get(place) ?? 0) + weight > most)) continue;
    kept.add(pair);
    if (pair.actors === 1) lone.set(documentId, loneBefore + 1);
    for (const place of places) gained.set(place, (gained.get(place) ?? 0) + weight);
  }
  return pairs.filter((pair) => kept.has(pair));
}

const byChance = (a: GainedPair, b: GainedPair) =>
  b.interaction.weight - a.interaction.weight || b.actors - a.actors;
