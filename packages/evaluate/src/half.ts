import { foldText } from '@attune/text';

export type Half = 'choosing' | 'reporting';

/**
 * The half of a judged set that a query belongs to, by a hash of its text: epochs, fusion weights and analysers are
 * chosen on one half, figures and p-values come from the other, so a report never rests on queries that it was fitted to.
 *
 * The text is folded (`foldText` of @attune/text), so that spellings of one query stay together; its
 * UTF-8 bytes go through FNV-1a (32 bits), started with the seed, and through Murmur3's finaliser. The top bit
 * decides: 0 chooses, 1 reports. Stateless, so a query never changes its half when data grows.
 */
export function halfOf(queryText: string, { seed = 0 }: { seed?: number | undefined } = {}): Half {
  let hash = 0x811c9dc5 ^ seed;
  for (const byte of new TextEncoder().encode(foldText(queryText))) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return hash >>> 31 === 0 ? 'choosing' : 'reporting';
}
