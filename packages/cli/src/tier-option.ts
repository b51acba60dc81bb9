import { defaultTier, tierNames } from '@attune/schema';
import { InvalidArgumentError, Option } from 'commander';

export const tierOption = (description = 'what is tuned'): Option =>
  new Option('--tier <tier>', description).choices(tierNames).default(defaultTier);

/** Of a tier that takes long; others refuse it. */
export const minutesOption = (): Option =>
  new Option('--minutes <count>', 'plan the training so that it ends in time (transformer)').argParser(
    (text) => {
      const value = Number(text);
      if (!(value > 0 && Number.isFinite(value)))
        throw new InvalidArgumentError('Expected a number of minutes above 0.');
      return value;
    },
  );
