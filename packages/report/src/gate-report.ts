import type { GateReport } from './types.js';

/** A decision as the server tells it; its report is what the gate said, with more beside it. */
interface ToldDecision {
  candidate: string;
  verdict: GateReport['verdict'];
  report: unknown;
}

/** What a page or a terminal shows of a decision. What a report lacks is left out, not made up. */
export function gateReportOf(
  { candidate, verdict, report }: ToldDecision,
  more: Pick<GateReport, 'serving' | 'golden'> = {},
): GateReport {
  const { checks, reasons, learned } = (report ?? {}) as Partial<Pick<GateReport, 'checks' | 'reasons'>> & {
    learned?: { sentence: string };
  };
  return {
    verdict,
    candidate: candidate === '' ? 'no candidate' : candidate,
    checks: checks ?? [],
    reasons: reasons ?? [],
    learned: learned?.sentence,
    ...more,
  };
}
