/**
 * What of a model is tuned, in the order of what it costs. This list is the source of command line, API and requests; what each tier
 * needs and does is one table, in @attune/tune, typed by it.
 */
export const tierNames = ['static', 'adapter', 'transformer'] as const;

export type Tier = (typeof tierNames)[number];

export const defaultTier: Tier = 'static';

export const isTier = (value: unknown): value is Tier => (tierNames as readonly unknown[]).includes(value);

/** The base's name where there is none: it is made of the documents and their training queries. */
export const noBase = 'none';
