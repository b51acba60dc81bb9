import type { Bundle } from '@attune/encode';
import { isTier, type Tier, tierNames } from '@attune/schema';
import { adapterTier } from './adapter-tier.js';
import { staticTier } from './static-tier.js';
import type { TierEntry } from './tier.js';
import { transformerTier } from './transformer-tier.js';

export const tiers: Readonly<Record<Tier, TierEntry>> = {
  static: staticTier,
  adapter: adapterTier,
  transformer: transformerTier,
};

/** The tier that a model in service is tuned on with: the one that it was tuned by, else the first that can. */
export function tierFor(bundle: Bundle): Tier {
  const by = (bundle.manifest?.lineage.recipe as { tier?: unknown } | undefined)?.tier;
  if (isTier(by) && tiers[by].fits(bundle)) return by;
  return tierNames.find((name) => tiers[name].fits(bundle))!;
}
