import type { Decision, ListedRelease } from '@attune/client';

/** A check of the gate. */
export interface Check {
  name: string;
  state: 'passed' | 'failed' | 'unknown';
  /** With its numbers. */
  said: string;
}

const verdicts = { promote: 'Promoted', refuse: 'Refused', 'no decision': 'No decision' } as const;
const reasons = {
  first: 'the first',
  gate: 'promoted by the gate',
  hand: 'promoted by hand',
  rollback: 'gone back to',
} as const;

export const reasonText = (reason: ListedRelease['reason']): string => reasons[reason];

/** A decision in words. Its report is the gate's own, whose form may grow: what is not understood is left out. */
export function decisionOf({ verdict, report }: Decision): {
  verdict: string;
  sentence: string;
  checks: Check[];
} {
  const { checks, reasons } = (report ?? {}) as { checks?: unknown; reasons?: unknown };
  const found = Array.isArray(checks) ? checks.map(checkOf).filter((check) => check !== undefined) : [];
  const given = Array.isArray(reasons) ? reasons.filter((reason) => typeof reason === 'string') : [];
  return { verdict: verdicts[verdict], sentence: given.join(' '), checks: found };
}

function checkOf(value: unknown): Check | undefined {
  const { name, passed, said } = (value ?? {}) as { name?: unknown; passed?: unknown; said?: unknown };
  if (typeof name !== 'string' || typeof said !== 'string') return undefined;
  return { name, state: passed === true ? 'passed' : passed === false ? 'failed' : 'unknown', said };
}
