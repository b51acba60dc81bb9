import { defaultTier, tierNames } from '@attune/schema';
import { Option } from 'commander';

export const tierOption = (description = 'what is tuned'): Option =>
  new Option('--tier <tier>', description).choices(tierNames).default(defaultTier);
