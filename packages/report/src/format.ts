/** Numbers as both reports write them, in the same words. */

/** Four decimals, as search papers do. */
export const score = (value: number) => value.toFixed(4);

export const signed = (value: number) => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`;

export const interval = ({ low, high }: { low: number; high: number }, write = score) =>
  `${write(low)} to ${write(high)}`;

/** Never 0: a resampling test cannot show that. */
export const pValue = (p: number) => (p < 0.0001 ? '< 0.0001' : p.toFixed(4));

export const count = (value: number) => value.toLocaleString('en-US');

export const percent = (share: number) => `${(share * 100).toFixed(share > 0 && share < 0.01 ? 2 : 1)} %`;

export const duration = (ms: number) =>
  ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;

/** How a decision is coloured. */
export const decisionKind = { better: 'good', worse: 'bad', 'no decision': 'caution' } as const;
