import { existsSync, readFileSync } from 'node:fs';

const nothing = { passed: 0, failed: 0 };

/**
 * Tests in a Vitest JSON report. A file that could not be loaded and a skipped test count as failed.
 * @param {string} file
 */
export function countVitest(file) {
  if (!existsSync(file)) return nothing;
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const broken = report.testResults.filter(
    (result) => result.status === 'failed' && result.assertionResults.length === 0,
  );
  const skipped = report.numPendingTests + report.numTodoTests;
  if (skipped > 0) console.error(`${skipped} tests were skipped; that counts as failed.`);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length + skipped,
  };
}

/**
 * Tests in a Playwright JSON report. A flaky or skipped test counts as failed.
 * @param {string} file
 */
export function countPlaywright(file) {
  if (!existsSync(file)) return nothing;
  const { stats, errors } = JSON.parse(readFileSync(file, 'utf8'));
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + stats.skipped + errors.length,
  };
}

/**
 * Programs in the report of `e2e/programs`.
 * @param {string} file
 */
export function countPrograms(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : nothing;
}
