// Numbers of tests, added up over runners.
export const noCounts = () => ({ passed: 0, failed: 0, skipped: 0 });

export const addCounts = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});
