/**
 * How many tests passed and failed, out of the reports of the runners. Pure. A runner that failed without a failed test
 * to show for it (a file that does not load, an error between tests, no report at all) counts as one failure, so that
 * the sum never says less than the exit code.
 */

/** A program that is one check in itself. */
export function asOneTest(exitCode) {
  return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** `report`: Vitest's JSON (the shape is Jest's). */
export function ofVitest(exitCode, report) {
  const broken = (report?.testResults ?? []).filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return settled(exitCode, report?.numPassedTests ?? 0, (report?.numFailedTests ?? 0) + broken.length);
}

/** `report`: Playwright's JSON. A flaky test passed only on a second try, and is no pass here. */
export function ofPlaywright(exitCode, report) {
  const { expected = 0, unexpected = 0, flaky = 0 } = report?.stats ?? {};
  return settled(exitCode, expected, unexpected + flaky);
}

function settled(exitCode, passed, failed) {
  const unexplained = failed === 0 && (exitCode !== 0 || passed === 0);
  return { passed, failed: unexplained ? 1 : failed };
}

export function sumOf(tallies) {
  return tallies.reduce((sum, { passed, failed }) => ({ passed: sum.passed + passed, failed: sum.failed + failed }), {
    passed: 0,
    failed: 0,
  });
}
