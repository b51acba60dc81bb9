/** What the process says to whoever started it. Documented in the README of this package. */
export const exitCodes = {
  ok: 0,
  /** The command failed; stderr says what, where and how to fix it. */
  failed: 1,
  /** The command line was wrong. */
  usage: 2,
  /** `validate`: only warnings. */
  dataWarn: 3,
  /** `validate`: at least one error. */
  dataFail: 4,
  /** `loop run`: the cycle ended well, and the candidate is not promoted: refused, or no decision. */
  notPromoted: 5,
  /** Stopped by SIGINT. */
  cancelled: 130,
} as const;
