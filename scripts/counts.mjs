// Numbers of tests, added up over runners, and what failed, a line each: where runners say it, for the end of a long log.
export const noCounts = () => ({ passed: 0, failed: 0, skipped: 0, failures: [] });

export const addCounts = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
  failures: [...a.failures, ...(b.failures ?? [])],
});
