import type { Bundle } from '@attune/encode';
import { type Tier, tierNames } from '@attune/schema';
import { adapterTier } from './adapter-tier.js';
import { staticTier } from './static-tier.js';
import type { TierEntry } from './tier.js';

export const tiers: Readonly<Record<Tier, TierEntry>> = { static: staticTier, adapter: adapterTier };

/** The tier that a model in service is tuned on with: the first that can. */
export const tierFor = (bundle: Bundle): Tier => tierNames.find((name) => tiers[name].fits(bundle))!;
