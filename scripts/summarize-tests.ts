import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** The part used here of what Vitest's JSON reporter writes. */
export interface TestReport {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: 'passed' | 'failed';
    /** Why the file failed, where no test of it did. */
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

export interface TestSummary {
  readonly passed: number;
  readonly failed: number;
  /** `file: name` of the tests that did not run. */
  readonly skipped: readonly string[];
  /** `file: name`, and the first line of why. */
  readonly failures: readonly string[];
}

/** A file that fails without a failing test (it could not be loaded, a hook threw) counts as one failure. */
export function summarize({ testResults }: TestReport): TestSummary {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
  );
  const failing = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(
        ({ fullName, failureMessages }) => `${relative('.', name)}: ${fullName}: ${firstLine(failureMessages?.[0])}`,
      ),
  );
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: failing.length + brokenFiles.length,
    failures: [...failing, ...brokenFiles.map(({ name, message }) => `${relative('.', name)}: ${firstLine(message)}`)],
    skipped: testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status !== 'passed' && status !== 'failed')
        .map(({ fullName }) => `${relative('.', name)}: ${fullName}`),
    ),
  };
}

const firstLine = (text = '') => text.split('\n', 1)[0];

if (import.meta.main) {
  const [file = '', status = '1'] = process.argv.slice(2);
  const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as TestReport) : undefined;
  const summary = report ? summarize(report) : { passed: 0, failed: 0, skipped: [], failures: [] };
  const { passed, failed, skipped, failures } = summary;
  for (const failure of failures) console.log(`failed ${failure}`);
  for (const name of skipped) console.log(`skipped ${name}`);
  const code = Number(status);
  console.log(`${passed} passed, ${code !== 0 && failed === 0 ? 1 : failed} failed`);
  process.exitCode = code === 0 && failed > 0 ? 1 : code;
}
